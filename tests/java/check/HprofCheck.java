import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Holds a new fixture against the virtual machine's class histogram and against the counts that its program knows.
 * An independent, plain reader of the format: it shares nothing with the product.
 *
 * <p>{@code java HprofCheck.java DUMP.hprof.gz HISTO.txt EXPECTED.json exact|report} ends with status 1 when the
 * program's counts differ, or, in mode {@code exact}, when a count of the histogram does. {@code java.lang.Class} is
 * left out: the histogram counts mirrors that no dump holds.
 */
public final class HprofCheck {
    private static final String[] PRIMITIVE = {null, null, null, null, "[Z", "[C", "[F", "[D", "[B", "[S", "[I", "[J"};
    private static final int[] SIZE = {0, 0, 8, 0, 1, 2, 4, 8, 1, 2, 4, 8};

    private final DataInputStream in;
    private final Map<Long, String> strings = new HashMap<>();
    private final Map<Long, String> classNames = new HashMap<>();
    private final Map<Long, Integer> instancesByClass = new HashMap<>();
    private final Map<String, Integer> primitiveArrays = new HashMap<>();
    private long objects;
    private long classes;
    private long roots;

    private HprofCheck(InputStream stream) throws IOException {
        in = new DataInputStream(stream);
        while (in.readByte() != 0) {
            // The format's name, up to its terminator.
        }
        if (in.readInt() != 8) {
            throw new IOException("only 8-byte identifiers are expected here");
        }
        in.readLong();
        int tag;
        while ((tag = in.read()) >= 0) {
            in.readInt();
            record(tag, in.readInt() & 0xFFFF_FFFFL);
        }
    }

    private void record(int tag, long length) throws IOException {
        switch (tag) {
            case 0x01 -> {
                long id = in.readLong();
                byte[] text = new byte[(int) length - 8];
                in.readFully(text);
                strings.put(id, new String(text, "UTF-8"));
            }
            case 0x02 -> {
                in.readInt();
                long id = in.readLong();
                in.readInt();
                classNames.put(id, strings.get(in.readLong()).replace('/', '.'));
            }
            case 0x0C, 0x1C -> segment(length);
            default -> in.skipNBytes(length);
        }
    }

    private void segment(long length) throws IOException {
        long left = length;
        while (left > 0) {
            left -= subRecord(in.readUnsignedByte());
        }
        if (left != 0) {
            throw new IOException("a sub-record crosses the end of its segment");
        }
    }

    private long subRecord(int tag) throws IOException {
        return switch (tag) {
            case 0xFF, 0x05, 0x07 -> root(8);
            case 0x01 -> root(16);
            case 0x02, 0x03, 0x08 -> root(16);
            case 0x04, 0x06 -> root(12);
            case 0x20 -> classDump();
            case 0x21 -> instance();
            case 0x22 -> objectArray();
            case 0x23 -> primitiveArray();
            default -> throw new IOException("unknown sub-record 0x" + Integer.toHexString(tag));
        };
    }

    private long root(int length) throws IOException {
        roots++;
        in.skipNBytes(length);
        return 1 + length;
    }

    private long classDump() throws IOException {
        classes++;
        in.skipNBytes(8 + 4 + 6 * 8 + 4);
        long length = 1 + 8 + 4 + 6 * 8 + 4 + 6;
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            in.skipNBytes(2);
            int size = SIZE[in.readUnsignedByte()];
            in.skipNBytes(size);
            length += 3 + size;
        }
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            in.skipNBytes(8);
            int size = SIZE[in.readUnsignedByte()];
            in.skipNBytes(size);
            length += 9 + size;
        }
        int fields = in.readUnsignedShort();
        in.skipNBytes(9L * fields);
        return length + 9L * fields;
    }

    private long instance() throws IOException {
        objects++;
        in.skipNBytes(12);
        instancesByClass.merge(in.readLong(), 1, Integer::sum);
        int length = in.readInt();
        in.skipNBytes(length);
        return 25 + length;
    }

    private long objectArray() throws IOException {
        objects++;
        in.skipNBytes(12);
        long elements = in.readInt();
        instancesByClass.merge(in.readLong(), 1, Integer::sum);
        in.skipNBytes(8 * elements);
        return 25 + 8 * elements;
    }

    private long primitiveArray() throws IOException {
        objects++;
        in.skipNBytes(12);
        long elements = in.readInt();
        int type = in.readUnsignedByte();
        primitiveArrays.merge(PRIMITIVE[type], 1, Integer::sum);
        in.skipNBytes(SIZE[type] * elements);
        return 18 + SIZE[type] * elements;
    }

    private Map<String, Integer> byName() {
        Map<String, Integer> result = new TreeMap<>(primitiveArrays);
        instancesByClass.forEach((id, count) -> result.merge(sameName(classNames.get(id)), count, Integer::sum));
        result.remove("java.lang.Class");
        return result;
    }

    /** Hidden classes: "+0x..." in a dump, "/0x..." in a histogram; both with an address. */
    private static String sameName(String name) {
        return name.replaceAll("[+/.](0x[0-9a-f]+)", "/$1");
    }

    private static Map<String, Integer> histogram(Path file) throws IOException {
        Map<String, Integer> result = new TreeMap<>();
        Pattern row = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
        for (String line : Files.readAllLines(file)) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                result.merge(sameName(matcher.group(2)), Integer.parseInt(matcher.group(1)), Integer::sum);
            }
        }
        result.remove("java.lang.Class");
        return result;
    }

    private static Map<String, Integer> programCounts(Path file) throws IOException {
        Map<String, Integer> result = new TreeMap<>();
        Matcher block = Pattern.compile("\n  \"counts\": \\{(.*?)\n  \\}", Pattern.DOTALL).matcher(Files.readString(file));
        if (block.find()) {
            Matcher entry = Pattern.compile("\"([^\"]+)\": (\\d+)").matcher(block.group(1));
            while (entry.find()) {
                result.put(entry.group(1), Integer.parseInt(entry.group(2)));
            }
        }
        return result;
    }

    public static void main(String[] args) throws IOException {
        HprofCheck dump;
        try (InputStream file = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(Path.of(args[0])), 1 << 16), 1 << 16)) {
            dump = new HprofCheck(file);
        } catch (EOFException e) {
            throw new IOException(args[0] + " is cut off", e);
        }
        Map<String, Integer> counted = dump.byName();
        Map<String, Integer> known = programCounts(Path.of(args[2]));
        Map<String, Integer> histogram = histogram(Path.of(args[1]));
        int wrong = 0;
        for (Map.Entry<String, Integer> entry : known.entrySet()) {
            wrong += differs("program", entry.getKey(), entry.getValue(), counted);
        }
        int different = 0;
        TreeSet<String> names = new TreeSet<>(histogram.keySet());
        names.addAll(counted.keySet());
        for (String name : names) {
            different += differs("histogram", name, histogram.getOrDefault(name, 0), counted);
        }
        System.out.printf("%s: %d objects, %d classes, %d roots; %d of %d program counts wrong, %d of %d histogram rows differ%n",
                Path.of(args[0]).getFileName(), dump.objects, dump.classes, dump.roots, wrong, known.size(), different, names.size());
        if (wrong > 0 || different > 0 && args[3].equals("exact")) {
            System.exit(1);
        }
    }

    private static int differs(String who, String name, int expected, Map<String, Integer> counted) {
        int actual = counted.getOrDefault(name, 0);
        if (expected != actual) {
            System.out.println("  " + name + ": " + who + " " + expected + ", dump " + actual);
            return 1;
        }
        return 0;
    }
}
