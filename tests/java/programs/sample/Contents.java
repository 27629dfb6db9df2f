package sample;

import fixture.Facts;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.regex.Pattern;

/** Collections of every class with what is in them, and objects with what they say of themselves. */
public final class Contents {
    enum Planet { MERCURY, VENUS, EARTH, MARS }

    record Point(int x, String name) { }

    /** A key whose hash collides with all others. */
    record Colliding(int number) implements Comparable<Colliding> {
        @Override
        public int hashCode() {
            return 42;
        }

        @Override
        public int compareTo(Colliding other) {
            return Integer.compare(number, other.number);
        }
    }

    /** A sub class with fields of the names that its super class has. */
    static final class OwnList extends ArrayList<Object> {
        int size = 99;
        Object[] elementData = {"not this"};
    }

    static final class Later implements Delayed {
        final String name;

        Later(String name) {
            this.name = name;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(1, TimeUnit.HOURS);
        }

        @Override
        public int compareTo(Delayed other) {
            return name.compareTo(((Later) other).name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static final List<String> NAMES = new ArrayList<>();
    static final List<Object> OBJECTS = new ArrayList<>();
    static final List<Object> FACTS = new ArrayList<>();
    /** The same objects for the test to find, in an array that no collection hides. */
    static Object[] collections;
    static Object[] values;
    /** A chain for each that leads through a collection to a payload of a class of its own. */
    static final Map<String, Object> BY_NAME = new HashMap<>(Map.of("a", new ByName()));
    static final List<Object> LISTED = java.util.Collections.synchronizedList(new LinkedList<>(List.of("x", "y", new Listed())));
    static final Map<Object, Object> SORTED = new TreeMap<>(Map.of(1, "one", 2, new Sorted(), 3, "three"));
    static final Deque<Object> DEQUE = new ArrayDeque<>();

    static final class ByName { }

    static final class Listed { }

    static final class Sorted { }

    static final class Queued { }

    private Contents() {
    }

    private static void collection(String kind, boolean ordered, Object collection) {
        List<Object> entries = new ArrayList<>();
        if (collection instanceof Map<?, ?> map) {
            map.forEach((key, value) -> entries.add(List.of(text(key), text(value))));
        } else {
            ((Collection<?>) collection).forEach(element -> entries.add(text(element)));
        }
        OBJECTS.add(collection);
        FACTS.add(Facts.object("class", collection.getClass().getName(), "kind", kind, "ordered", ordered, "entries", entries));
    }

    /** As the page shows it: strings in quotes. */
    private static String text(Object object) {
        if (object instanceof String string) {
            return '"' + string + '"';
        }
        if (object instanceof Colliding || object instanceof Later || object instanceof Enum<?>) {
            return object instanceof Colliding key ? "number = " + key.number : object.toString();
        }
        return String.valueOf(object);
    }

    private static void value(Object object, String text) {
        OBJECTS.add(object);
        FACTS.add(Facts.object("class", object.getClass().getName(), "text", text));
    }

    private static void said(Object object) {
        value(object, object.toString());
    }

    private static <C extends Collection<Object>> C filled(C collection) {
        for (int i = 0; i < 20; i++) {
            collection.add("e" + i);
        }
        return collection;
    }

    private static <M extends Map<Object, Object>> M mapped(M map) {
        for (int i = 0; i < 20; i++) {
            map.put("k" + i, "v" + i);
        }
        return map;
    }

    private static <M extends Map<Object, Object>> M colliding(M map) {
        for (int i = 0; i < 30; i++) {
            map.put(new Colliding(i), "v" + i);
        }
        for (int i = 0; i < 80; i++) {
            map.put("k" + i, null == map.get("k" + i) ? "w" + i : "");
        }
        return map;
    }

    private static void lists() {
        List<Object> gaps = new ArrayList<>(Arrays.asList("a", null, "b"));
        collection("list", true, filled(new ArrayList<>()));
        collection("list", true, gaps);
        collection("list", true, new ArrayList<>());
        collection("list", true, filled(new OwnList()));
        collection("list", true, filled(new LinkedList<>()));
        collection("list", true, new LinkedList<>());
        collection("list", true, filled(new Vector<>()));
        collection("list", true, filled(new Stack<>()));
        collection("list", true, filled(new CopyOnWriteArrayList<>()));
        collection("list", true, Arrays.asList("a", null, "c"));
        collection("list", true, List.of());
        collection("list", true, List.of("a"));
        collection("list", true, List.of("a", "b"));
        collection("list", true, List.of("a", "b", "c"));
        collection("list", true, List.of("a", "b", "c", "d").subList(1, 3));
        collection("list", true, filled(new ArrayList<>()).subList(5, 9));
        collection("list", true, java.util.Collections.nCopies(5, "same"));
        collection("list", true, java.util.Collections.singletonList("one"));
        collection("list", true, java.util.Collections.emptyList());
        collection("list", true, java.util.Collections.unmodifiableList(filled(new ArrayList<>())));
        collection("list", true, java.util.Collections.synchronizedList(filled(new LinkedList<>())));
        collection("list", true, java.util.Collections.checkedList(filled(new ArrayList<>()), Object.class));
    }

    private static void queues() {
        ArrayDeque<Object> ring = filled(new ArrayDeque<>());
        ArrayBlockingQueue<Object> full = filled(new ArrayBlockingQueue<>(20));
        for (int i = 0; i < 7; i++) {
            ring.add(ring.remove());
            full.add(full.remove());
        }
        ConcurrentLinkedDeque<Object> deque = filled(new ConcurrentLinkedDeque<>());
        deque.addFirst("first");
        deque.pollLast();
        LinkedTransferQueue<Object> transfer = filled(new LinkedTransferQueue<>());
        transfer.poll();
        DelayQueue<Later> delayed = new DelayQueue<>(List.of(new Later("soon"), new Later("later")));
        collection("queue", true, ring);
        collection("queue", true, full);
        collection("queue", true, deque);
        collection("queue", true, transfer);
        collection("queue", true, filled(new PriorityQueue<>()));
        collection("queue", false, filled(new PriorityBlockingQueue<>()));
        collection("queue", true, filled(new ConcurrentLinkedQueue<>()));
        collection("queue", true, new ConcurrentLinkedQueue<>());
        collection("queue", true, filled(new LinkedBlockingQueue<>()));
        collection("queue", true, filled(new LinkedBlockingDeque<>()));
        collection("queue", true, java.util.Collections.asLifoQueue(filled(new ArrayDeque<>())));
        OBJECTS.add(delayed);
        FACTS.add(Facts.object("class", delayed.getClass().getName(), "kind", "queue", "ordered", false, "entries", List.of("Later", "Later")));
    }

    private static void sets() {
        collection("set", false, filled(new HashSet<>()));
        collection("set", true, filled(new LinkedHashSet<>()));
        collection("set", true, filled(new TreeSet<>()));
        collection("set", true, filled(new ConcurrentSkipListSet<>()));
        collection("set", true, filled(new CopyOnWriteArraySet<>()));
        collection("set", false, filled(ConcurrentHashMap.newKeySet()));
        collection("set", false, filled(java.util.Collections.newSetFromMap(new IdentityHashMap<>())));
        collection("set", false, Set.of());
        collection("set", false, Set.of("a"));
        collection("set", false, Set.of("a", "b"));
        collection("set", false, Set.of("a", "b", "c"));
        collection("set", true, EnumSet.of(Planet.VENUS, Planet.MARS));
        collection("set", true, EnumSet.noneOf(Planet.class));
        collection("set", false, java.util.Collections.singleton("one"));
        collection("set", false, java.util.Collections.emptySet());
        collection("set", false, mapped(new HashMap<>()).keySet());
        collection("list", false, mapped(new HashMap<>()).values());
        collection("set", false, java.util.Collections.unmodifiableSet(filled(new HashSet<>())));
    }

    private static void maps() {
        Map<Object, Object> nulls = new HashMap<>();
        nulls.put(null, "of null");
        nulls.put("null", null);
        Map<Object, Object> weak = new WeakHashMap<>();
        weak.put(null, "of null");
        weak.put("held by its constant", "weakly");
        Map<Object, Object> identity = mapped(new IdentityHashMap<>());
        identity.put(null, "of null");
        Map<Planet, Object> planets = new EnumMap<>(Planet.class);
        planets.put(Planet.EARTH, "blue");
        planets.put(Planet.MARS, null);
        Map<Object, Object> byAccess = new LinkedHashMap<>(16, 0.75f, true);
        mapped(byAccess).get("k3");
        ConcurrentSkipListMap<Object, Object> skips = mapped(new ConcurrentSkipListMap<>());
        skips.remove("k4");
        collection("map", false, mapped(new HashMap<>()));
        collection("map", false, new HashMap<>());
        collection("map", false, nulls);
        collection("map", false, colliding(new HashMap<>()));
        collection("map", true, mapped(new LinkedHashMap<>()));
        collection("map", true, byAccess);
        collection("map", true, mapped(new TreeMap<>()));
        collection("map", true, new TreeMap<>());
        collection("map", false, mapped(new Hashtable<>()));
        collection("map", false, mapped(new Properties()));
        collection("map", false, weak);
        collection("map", false, identity);
        collection("map", true, planets);
        collection("map", false, mapped(new ConcurrentHashMap<>()));
        collection("map", false, colliding(new ConcurrentHashMap<>()));
        collection("map", true, skips);
        collection("map", false, Map.of());
        collection("map", false, Map.of("a", "1"));
        collection("map", false, Map.of("a", "1", "b", "2", "c", "3"));
        collection("map", false, java.util.Collections.singletonMap("k", "v"));
        collection("map", false, java.util.Collections.emptyMap());
        collection("map", true, java.util.Collections.unmodifiableMap(mapped(new TreeMap<>())));
        collection("map", false, java.util.Collections.synchronizedMap(mapped(new HashMap<>())));
        collection("map", false, java.util.Collections.checkedMap(mapped(new HashMap<>()), Object.class, Object.class));
    }

    private static void numbersAndTimes() throws Exception {
        said(new AtomicInteger(-7));
        said(new AtomicLong(1L << 40));
        said(new AtomicBoolean(true));
        value(new AtomicReference<>("inside"), "\"inside\"");
        value(new AtomicReference<>(), "null");
        LongAdder adder = new LongAdder();
        adder.add(-12);
        said(adder);
        said(new BigInteger("123456789012345678901234567890"));
        said(new BigInteger("-98765432109876543210"));
        said(BigInteger.ZERO);
        said(new BigDecimal("1234.5600"));
        said(new BigDecimal("-0.000000000000001234"));
        said(new BigDecimal("123456789012345678901234567890.5"));
        said(new BigDecimal("1E+50"));
        said(BitSet.valueOf(new long[] {0b1011, 0, 1}));
        value(ByteBuffer.allocate(64).position(3).limit(10), "position 3, limit 10, capacity 64");
        said(Instant.parse("2024-02-29T12:34:56.789Z"));
        said(LocalDate.of(2000, 2, 29));
        said(LocalDate.of(-44, 3, 15));
        said(LocalTime.of(7, 5));
        said(LocalDateTime.of(2021, 12, 31, 23, 59, 59, 1_000));
        said(OffsetDateTime.parse("2021-12-31T23:59:59+01:30"));
        said(ZonedDateTime.parse("2021-07-01T08:00:00+02:00[Europe/Berlin]"));
        said(Duration.ofMillis(-90_500));
        said(Duration.ofHours(30));
        said(Period.of(1, 0, 3));
        said(YearMonth.of(2024, 5));
        said(MonthDay.of(2, 29));
        said(Year.of(1999));
        value(new Date(1_700_000_000_123L), "2023-11-14T22:13:20.123Z");
        Calendar calendar = Calendar.getInstance(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        calendar.setTimeInMillis(0);
        value(calendar, "1970-01-01T00:00:00Z");
    }

    private static void texts() throws Exception {
        value(new StringBuilder("built"), "\"built\"");
        value(new StringBuffer("b\u00fcffered \u4e2d"), "\"b\u00fcffered \u4e2d\"");
        said(UUID.fromString("01234567-89ab-cdef-fedc-ba9876543210"));
        said(new UUID(-1, 1));
        value(URI.create("http://user@example.com:8080/a/b?c=d#e"), "\"http://user@example.com:8080/a/b?c=d#e\"");
        value(URI.create("http://example.com/a?b#c").toURL(), "\"http://example.com/a?b#c\"");
        value(new File("/var/log/app.log"), "\"/var/log/app.log\"");
        value(Path.of("/srv/dat\u00e4"), "\"" + Path.of("/srv/dat\u00e4") + "\"");
        value(InetAddress.getByAddress("db.example.com", new byte[] {10, 0, 0, (byte) 200}), "db.example.com/10.0.0.200");
        value(InetAddress.getByAddress(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), "2001:db8::1");
        value(new InetSocketAddress(InetAddress.getByAddress("db", new byte[] {10, 0, 0, 1}), 5432), "db/10.0.0.1:5432");
        value(InetSocketAddress.createUnresolved("nowhere", 80), "nowhere (unresolved):80");
        said(Locale.GERMANY);
        value(Locale.ROOT, "root");
        value(Pattern.compile("a+(b|c)"), "\"a+(b|c)\"");
        value(StandardCharsets.UTF_16LE, "UTF-16LE");
        value(Optional.of(7), "7");
        value(Optional.of(Optional.of("deep")), "\"deep\"");
        value(Optional.empty(), "empty");
        value(OptionalInt.of(3), "3");
        value(OptionalDouble.empty(), "empty");
        value(TimeZone.getTimeZone("UTC"), "UTC");
        value(Currency.getInstance("CHF"), "CHF");
    }

    private static void code() throws Exception {
        value(Planet.EARTH, "EARTH");
        value(new Point(3, "p"), "x = 3, name = \"p\"");
        value(Contents.class.getDeclaredMethod("code"), "sample.Contents.code");
        value(Contents.class.getDeclaredField("NAMES"), "sample.Contents.NAMES");
        value(new StackTraceElement("a.B", "c", "B.java", 12), "a.B.c(B.java:12)");
        value(new StackTraceElement("a.B", "c", null, -2), "a.B.c(Native Method)");
        Throwable thrown = new IllegalStateException("it broke");
        thrown.getStackTrace();
        value(thrown, "\"it broke\"");
        value(new Thread("worker-1"), "\"worker-1\"");
        value(new ThreadGroup("group"), "\"group\"");
        value(new ClassLoader("plugins", null) { }, "\"plugins\"");
    }

    public static void main(String[] args) throws Exception {
        lists();
        queues();
        sets();
        maps();
        collections = OBJECTS.toArray();
        List<Object> contents = new ArrayList<>(FACTS);
        OBJECTS.clear();
        FACTS.clear();
        numbersAndTimes();
        texts();
        code();
        values = OBJECTS.toArray();
        DEQUE.add("gone");
        DEQUE.add("first");
        DEQUE.add(new Queued());
        DEQUE.remove();
        new Facts(System.getProperty("fixture.name", "contents"))
                .put("collections", contents)
                .put("values", FACTS)
                .write(args[0]);
        OBJECTS.clear();
        FACTS.clear();
        Facts.waitForDump();
    }
}
