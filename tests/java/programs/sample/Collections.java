package sample;

import java.lang.reflect.Field;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One static field for each class of collection, with an empty, a one-element and a larger instance of it. Facts are
 * read from the collections themselves.
 */
final class Collections {
    private static final int MANY = 17;

    static final Object[] ARRAY_LIST = fill(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    static final Object[] LINKED_LIST = fill(new LinkedList<>(), new LinkedList<>(), new LinkedList<>());
    static final Object[] VECTOR = fill(new Vector<>(), new Vector<>(), new Vector<>());
    static final Object[] STACK = fill(new Stack<>(), new Stack<>(), new Stack<>());
    static final Object[] ARRAY_DEQUE = fill(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    static final Object[] PRIORITY_QUEUE = fill(new PriorityQueue<>(), new PriorityQueue<>(), new PriorityQueue<>());
    static final Object[] HASH_SET = fill(new HashSet<>(), new HashSet<>(), new HashSet<>());
    static final Object[] LINKED_HASH_SET = fill(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    static final Object[] TREE_SET = fill(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    static final Object[] HASH_MAP = fill(new HashMap<>(), new HashMap<>(), new HashMap<>());
    static final Object[] LINKED_HASH_MAP = fill(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    static final Object[] TREE_MAP = fill(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    static final Object[] HASHTABLE = fill(new Hashtable<>(), new Hashtable<>(), new Hashtable<>());
    static final Object[] PROPERTIES = fill(new Properties(), new Properties(), new Properties());
    static final Object[] IDENTITY_HASH_MAP = fill(new IdentityHashMap<>(), new IdentityHashMap<>(), new IdentityHashMap<>());
    static final Object[] WEAK_HASH_MAP = fill(new WeakHashMap<>(), new WeakHashMap<>(), new WeakHashMap<>());
    static final Object[] CONCURRENT_HASH_MAP = fill(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    static final Object[] CONCURRENT_KEY_SET = fill(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
    static final Object[] SKIP_LIST_MAP = fill(new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>());
    static final Object[] SKIP_LIST_SET = fill(new ConcurrentSkipListSet<>(), new ConcurrentSkipListSet<>(), new ConcurrentSkipListSet<>());
    static final Object[] COPY_ON_WRITE_LIST = fill(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    static final Object[] COPY_ON_WRITE_SET = fill(new CopyOnWriteArraySet<>(), new CopyOnWriteArraySet<>(), new CopyOnWriteArraySet<>());
    static final Object[] CONCURRENT_LINKED_QUEUE = fill(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    static final Object[] CONCURRENT_LINKED_DEQUE = fill(new ConcurrentLinkedDeque<>(), new ConcurrentLinkedDeque<>(), new ConcurrentLinkedDeque<>());
    static final Object[] LINKED_BLOCKING_QUEUE = fill(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
    static final Object[] LINKED_BLOCKING_DEQUE = fill(new LinkedBlockingDeque<>(), new LinkedBlockingDeque<>(), new LinkedBlockingDeque<>());
    static final Object[] ARRAY_BLOCKING_QUEUE = fill(new ArrayBlockingQueue<>(20), new ArrayBlockingQueue<>(20), new ArrayBlockingQueue<>(20));
    static final Object[] PRIORITY_BLOCKING_QUEUE = fill(new PriorityBlockingQueue<>(), new PriorityBlockingQueue<>(), new PriorityBlockingQueue<>());
    static final Object[] LINKED_TRANSFER_QUEUE = fill(new LinkedTransferQueue<>(), new LinkedTransferQueue<>(), new LinkedTransferQueue<>());
    static final Object[] SYNCHRONIZED_LIST = fill(sync(new ArrayList<>()), sync(new ArrayList<>()), sync(new ArrayList<>()));
    static final Object[] SET_FROM_MAP = fill(fromMap(), fromMap(), fromMap());

    static final Object[] IMMUTABLE_LIST = {List.of(), List.of("one"), List.of("one", "two"), List.of("one", "two", "three")};
    static final Object[] IMMUTABLE_SET = {Set.of(), Set.of("one"), Set.of("one", "two"), Set.of("one", "two", "three")};
    static final Object[] IMMUTABLE_MAP = {Map.of(), Map.of("one", 1), Map.of("one", 1, "two", 2), Map.of("one", 1, "two", 2, "three", 3)};
    static final Object[] FIXED = {java.util.Collections.emptyList(), java.util.Collections.singletonList("one"), Arrays.asList("one", "two"), java.util.Collections.nCopies(9, "nine")};
    static final Object[] UNMODIFIABLE = {java.util.Collections.unmodifiableMap(new HashMap<>(Map.of("one", 1))), java.util.Collections.unmodifiableList(new ArrayList<>(List.of(1, 2, 3)))};
    static final Object[] ENUMS = {EnumSet.noneOf(Values.Colour.class), EnumSet.allOf(Values.Colour.class), new EnumMap<>(Map.of(Values.Colour.RED, "red"))};

    /** Presized and nearly empty: waste to be found. */
    static final Object[] SPARSE = {new ArrayList<>(2_000), withCapacity(4_096), new HashMap<>(4_096)};
    /** Emptied after use: the table stays. */
    static final Object[] CLEARED = {cleared(new HashMap<>()), cleared(new ConcurrentHashMap<>())};
    /** All keys in one bucket, which is a red-black tree then. */
    static final HashMap<Object, Object> COLLIDING = colliding(new HashMap<>());
    static final ConcurrentHashMap<Object, Object> COLLIDING_CONCURRENT = colliding(new ConcurrentHashMap<>());
    static final BitSet BITS = BitSet.valueOf(new long[] {0b1011, 0, 1});
    static final AtomicReference<Object> ATOMIC = new AtomicReference<>("held by an AtomicReference");

    /** A key like any other, but for its hash. */
    static final class SameHash {
        final int number;

        SameHash(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SameHash key && key.number == number;
        }
    }

    private Collections() {
    }

    @SuppressWarnings("unchecked")
    private static Object[] fill(Object... three) {
        for (int i = 0; i < three.length; i++) {
            int size = i == 2 ? MANY : i;
            for (int j = 0; j < size; j++) {
                // Properties takes strings only; the keys are constants, so that weak keys stay.
                if (three[i] instanceof Map<?, ?> map) {
                    ((Map<Object, Object>) map).put(Keys.ALL[j], "value " + j);
                } else {
                    ((Collection<Object>) three[i]).add(Keys.ALL[j]);
                }
            }
        }
        return three;
    }

    private static final class Keys {
        static final String[] ALL = new String[MANY];

        static {
            for (int i = 0; i < MANY; i++) {
                ALL[i] = "key " + (char) ('a' + i);
            }
        }
    }

    private static List<Object> sync(List<Object> list) {
        return java.util.Collections.synchronizedList(list);
    }

    private static Set<Object> fromMap() {
        return java.util.Collections.newSetFromMap(new ConcurrentHashMap<>());
    }

    private static List<Object> withCapacity(int capacity) {
        List<Object> list = new ArrayList<>(capacity);
        list.add("alone");
        return list;
    }

    private static Map<Object, Object> cleared(Map<Object, Object> map) {
        for (int i = 0; i < 100; i++) {
            map.put(i, i);
        }
        map.clear();
        return map;
    }

    private static <M extends Map<Object, Object>> M colliding(M map) {
        for (int i = 0; i < 100; i++) {
            map.put(new SameHash(i), i);
        }
        return map;
    }

    /** Static field name -> class and size of each collection in it. */
    static Map<String, Object> describe() throws IllegalAccessException {
        Map<String, Object> result = new LinkedHashMap<>();
        for (Field field : Collections.class.getDeclaredFields()) {
            Object value = field.get(null);
            if (field.getType() == int.class) {
                continue;
            }
            List<Object> sizes = new ArrayList<>();
            for (Object collection : value instanceof Object[] many ? many : new Object[] {value}) {
                sizes.add(fixture.Facts.object("class", collection.getClass().getName(), "size", size(collection)));
            }
            result.put(field.getName(), sizes);
        }
        return result;
    }

    private static Object size(Object collection) {
        if (collection instanceof Map<?, ?> map) {
            return map.size();
        }
        return collection instanceof Collection<?> many ? many.size() : null;
    }
}
