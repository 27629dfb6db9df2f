import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Drops the STRING records that nothing in a dump refers to; every other byte stays as the virtual machine wrote it.
 *
 * <p>HotSpot writes its whole symbol table (method names, signatures, constants): two thirds of a small fixture, and
 * no reader has a use for it. {@code java HprofTrim.java IN.hprof OUT.hprof}.
 */
public final class HprofTrim {
    private static final int STRING = 0x01;
    private static final int[] SIZE = {0, 0, 8, 0, 1, 2, 4, 8, 1, 2, 4, 8};

    private final ByteBuffer dump;
    private final Set<Long> used = new HashSet<>();

    private HprofTrim(byte[] bytes) {
        dump = ByteBuffer.wrap(bytes);
    }

    public static void main(String[] args) throws IOException {
        HprofTrim trim = new HprofTrim(Files.readAllBytes(Path.of(args[0])));
        int records = trim.skipHeader();
        trim.collect();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[1])))) {
            trim.copy(records, out);
        }
    }

    private int skipHeader() throws IOException {
        while (dump.get() != 0) {
            // The format's name, up to its terminator.
        }
        if (dump.getInt() != 8) {
            throw new IOException("only 8-byte identifiers are expected here");
        }
        dump.getLong();
        return dump.position();
    }

    private void collect() throws IOException {
        while (dump.hasRemaining()) {
            int tag = dump.get();
            dump.getInt();
            int end = Math.toIntExact(Integer.toUnsignedLong(dump.getInt()) + dump.position());
            switch (tag) {
                // LOAD CLASS: serial, object id, stack trace, name.
                case 0x02 -> used.add(dump.getLong(dump.position() + 16));
                // FRAME: id, then method name, signature, source file.
                case 0x04 -> {
                    used.add(dump.getLong(dump.position() + 8));
                    used.add(dump.getLong(dump.position() + 16));
                    used.add(dump.getLong(dump.position() + 24));
                }
                // START THREAD: serial, object id, stack trace, then thread, group and parent group name.
                case 0x0A -> {
                    used.add(dump.getLong(dump.position() + 16));
                    used.add(dump.getLong(dump.position() + 24));
                    used.add(dump.getLong(dump.position() + 32));
                }
                case 0x0C, 0x1C -> {
                    while (dump.position() < end) {
                        subRecord(dump.get() & 0xFF);
                    }
                }
                default -> { }
            }
            dump.position(end);
        }
    }

    private void subRecord(int tag) throws IOException {
        switch (tag) {
            case 0xFF, 0x05, 0x07 -> skip(8);
            case 0x01, 0x02, 0x03, 0x08 -> skip(16);
            case 0x04, 0x06 -> skip(12);
            case 0x20 -> classDump();
            case 0x21 -> {
                skip(20);
                skip(dump.getInt());
            }
            case 0x22 -> {
                skip(12);
                int elements = dump.getInt();
                skip(8 + 8 * elements);
            }
            case 0x23 -> {
                skip(12);
                int elements = dump.getInt();
                skip(elements * SIZE[dump.get()]);
            }
            default -> throw new IOException("unknown sub-record 0x" + Integer.toHexString(tag));
        }
    }

    private void classDump() {
        skip(8 + 4 + 6 * 8 + 4);
        for (int i = dump.getShort(); i > 0; i--) {
            skip(2);
            skip(SIZE[dump.get()]);
        }
        for (int i = dump.getShort(); i > 0; i--) {
            used.add(dump.getLong());
            skip(SIZE[dump.get()]);
        }
        for (int i = dump.getShort(); i > 0; i--) {
            used.add(dump.getLong());
            skip(1);
        }
    }

    private void skip(int bytes) {
        dump.position(dump.position() + bytes);
    }

    private void copy(int from, OutputStream out) throws IOException {
        out.write(dump.array(), 0, from);
        int position = from;
        while (position < dump.limit()) {
            int length = 9 + dump.getInt(position + 5);
            if (dump.get(position) != STRING || used.contains(dump.getLong(position + 9))) {
                out.write(dump.array(), position, length);
            }
            position += length;
        }
    }
}
