package example.render;

import com.mysql.cj.NativeSession;
import com.mysql.cj.jdbc.ClientPreparedStatement;
import com.mysql.cj.jdbc.ConnectionImpl;
import fixture.Facts;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipFile;

/** A small heap that owns much memory outside it: direct buffers, inflaters, threads, statements never closed. */
public final class RenderService {
    private static final int FRAMES = Facts.size("frames", 2_000);
    private static final int FRAME_BYTES = Facts.size("frame.bytes", 8 * 1024);
    private static final int UPLOADS = 300;
    private static final int UPLOAD_BYTES = 4 * 1024;
    private static final int VIEWS = 50;
    private static final int MAPPED_BYTES = 64 * 1024;
    private static final int OPEN_STATEMENTS = Facts.size("statements", 600);
    private static final int CLOSED_STATEMENTS = 90;
    private static final int CONNECTIONS = 12;
    private static final int WORKERS = Facts.size("workers", 24);
    private static final String[] SQL = {
        "SELECT id, name, price FROM product WHERE category = ? ORDER BY price LIMIT 50",
        "SELECT * FROM frame WHERE scene_id = ? AND frame_no BETWEEN ? AND ?",
        "UPDATE render_job SET state = ?, updated_at = NOW() WHERE id = ?",
        "SELECT COUNT(*) FROM audit_log WHERE created_at > ?",
        "INSERT INTO audit_log (actor, action, created_at) VALUES (?, ?, NOW())"
    };

    private final Inflater[] inflaters = new Inflater[400];
    private final Deflater[] deflaters = new Deflater[30];
    private final List<MappedByteBuffer> maps = new ArrayList<>();
    private final List<ZipFile> archives = new ArrayList<>();
    private final List<FileInputStream> files = new ArrayList<>();
    private final List<ConnectionImpl> connections = new ArrayList<>();
    private final List<ClientPreparedStatement> finished = new ArrayList<>();
    private final Map<String, Integer> openBySql = new TreeMap<>();
    private static RenderService service;

    /** One owner of direct memory; the other one is {@link Uploads}. */
    static final class FrameCache {
        static final List<Frame> FRAMES_BY_AGE = new ArrayList<>();
    }

    static final class Frame {
        final int number;
        final ByteBuffer pixels = ByteBuffer.allocateDirect(FRAME_BYTES);
        /** A view has an address and a capacity too, but it owns no memory. */
        final ByteBuffer header;

        Frame(int number) {
            this.number = number;
            header = number < VIEWS ? pixels.slice(0, 64) : null;
        }
    }

    static final class Uploads {
        static final ByteBuffer[] PENDING = new ByteBuffer[UPLOADS];
    }

    public static void main(String[] args) throws Exception {
        service = new RenderService();
        for (int i = 0; i < FRAMES; i++) {
            FrameCache.FRAMES_BY_AGE.add(new Frame(i));
        }
        for (int i = 0; i < UPLOADS; i++) {
            Uploads.PENDING[i] = ByteBuffer.allocateDirect(UPLOAD_BYTES);
        }
        service.compress();
        service.openFiles(Path.of(args[1]));
        service.query();
        startWorkers(WORKERS);
        Facts.publishAndWait(service.facts(), args[0]);
    }

    private void compress() {
        for (int i = 0; i < inflaters.length; i++) {
            inflaters[i] = new Inflater();
        }
        for (int i = 0; i < 25; i++) {
            inflaters[i].end();
        }
        for (int i = 0; i < deflaters.length; i++) {
            deflaters[i] = new Deflater();
        }
    }

    private void openFiles(Path folder) throws Exception {
        Path texture = folder.resolve("texture.bin");
        // Not through a channel: that would leave a direct buffer of the JDK's own.
        try (FileOutputStream out = new FileOutputStream(texture.toFile())) {
            out.write(new byte[MAPPED_BYTES]);
        }
        for (int i = 0; i < 2; i++) {
            try (FileChannel channel = FileChannel.open(texture, StandardOpenOption.READ)) {
                maps.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, MAPPED_BYTES));
            }
        }
        for (int i = 0; i < 4; i++) {
            files.add(new FileInputStream(texture.toFile()));
        }
        files.get(3).close();
        // The same path object would give the same cached source: one open archive, several ZipFile objects.
        archives.add(new ZipFile(new File(System.getProperty("fixture.jar"))));
        archives.add(new ZipFile(new File(System.getProperty("fixture.jar"))));
    }

    private void query() {
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new ConnectionImpl("render", new NativeSession(i, 512)));
        }
        for (int i = 0; i < OPEN_STATEMENTS + CLOSED_STATEMENTS; i++) {
            String sql = SQL[i * i % 11 % SQL.length];
            // As drivers do: the text is built anew for each statement.
            ClientPreparedStatement statement = connections.get(i % CONNECTIONS).prepareStatement(new String(sql.toCharArray()));
            statement.executeQuery();
            if (i < CLOSED_STATEMENTS) {
                statement.close();
                finished.add(statement);
            } else {
                openBySql.merge(sql, 1, Integer::sum);
            }
        }
    }

    private static void startWorkers(int count) {
        for (int i = 0; i < count; i++) {
            Thread worker = new Thread(null, new Worker(), "render-worker-" + i, i % 3 == 0 ? 512 * 1024 : 0);
            worker.setDaemon(true);
            worker.start();
        }
    }

    /** Waits for work that never comes. */
    static final class Worker implements Runnable {
        @Override
        public synchronized void run() {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Facts facts() {
        return new Facts("story-native-innocent-heap")
                .put("verdict", "the heap is small; the memory is outside it")
                .put("directBuffers", Facts.object(
                        "owning", FRAMES + UPLOADS,
                        "bytes", (long) FRAMES * FRAME_BYTES + (long) UPLOADS * UPLOAD_BYTES,
                        "views", VIEWS,
                        "note", "the JDK's performance counters make a few 8-byte buffers without a cleaner, which own nothing",
                        "owners", List.of(
                                Facts.object("class", "example.render.RenderService$FrameCache", "staticField", "FRAMES_BY_AGE", "buffers", FRAMES, "bytes", (long) FRAMES * FRAME_BYTES),
                                Facts.object("class", "example.render.RenderService$Uploads", "staticField", "PENDING", "buffers", UPLOADS, "bytes", UPLOADS * UPLOAD_BYTES))))
                .put("mappedBuffers", Facts.object("count", maps.size(), "bytes", maps.size() * MAPPED_BYTES))
                .put("inflaters", Facts.object("open", inflaters.length - 25, "ended", 25, "note", "opened by the program; the JDK may hold more"))
                .put("deflaters", Facts.object("open", deflaters.length))
                .put("files", Facts.object("openFileInputStreams", files.size() - 1, "closedFileInputStreams", 1, "zipFiles", archives.size()))
                .put("workerThreads", Facts.object("count", WORKERS, "namePrefix", "render-worker-", "withStackSize512K", (WORKERS + 2) / 3))
                .put("jdbc", Facts.object(
                        "openConnections", CONNECTIONS,
                        "openStatements", OPEN_STATEMENTS,
                        "closedStatements", CLOSED_STATEMENTS,
                        "openResultSets", OPEN_STATEMENTS,
                        "statementClass", "com.mysql.cj.jdbc.ClientPreparedStatement",
                        "openBySql", openBySql))
                .put("counts", Facts.object(
                        "com.mysql.cj.jdbc.ConnectionImpl", CONNECTIONS,
                        "com.mysql.cj.jdbc.ClientPreparedStatement", OPEN_STATEMENTS + CLOSED_STATEMENTS,
                        "com.mysql.cj.jdbc.result.ResultSetImpl", OPEN_STATEMENTS,
                        "example.render.RenderService$Frame", FRAMES,
                        "java.util.zip.Deflater", deflaters.length));
    }
}
