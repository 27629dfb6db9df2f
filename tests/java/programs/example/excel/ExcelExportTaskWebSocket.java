package example.excel;

import fixture.Facts;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import org.apache.tomcat.websocket.WsSession;

/** {@link #onClose} takes the session out of two of the three containers, and runs until the heap is full. */
public final class ExcelExportTaskWebSocket {
    private static final CopyOnWriteArraySet<ExcelExportTaskWebSocket> WEB_SOCKET_SET = new CopyOnWriteArraySet<>();
    private static final ConcurrentHashMap<String, ExcelExportTaskWebSocket> WEB_SOCKET_MAP = new ConcurrentHashMap<>();
    private static final List<WsSession> SESSIONS = Collections.synchronizedList(new ArrayList<>());
    private static final int USERS_ONLINE = 30;
    private static final int BUFFER_SIZE = Facts.size("buffer", 8192);
    private static final URI ENDPOINT = URI.create("/export/progress");

    /** Given up after the error, so that the program can still tell what it knows. */
    private static byte[] reserve = new byte[512 * 1024];

    private WsSession session;
    private String userId;

    void onOpen(WsSession opened, String user) {
        session = opened;
        userId = user;
        WEB_SOCKET_SET.add(this);
        WEB_SOCKET_MAP.put(user, this);
        SESSIONS.add(opened);
    }

    void onClose() {
        session.close();
        WEB_SOCKET_SET.remove(this);
        WEB_SOCKET_MAP.remove(userId);
        // The bug: SESSIONS still has the session.
    }

    public static void main(String[] args) throws Exception {
        ServerThread server = new ServerThread();
        server.start();
        server.join();
        reserve = null;
        Facts facts = facts(server.heapWasFull);
        Facts.publishAndWait(facts, args[0]);
    }

    /** Lets users come and go until there is no memory left; the virtual machine then writes the dump. */
    static final class ServerThread extends Thread {
        boolean heapWasFull;

        ServerThread() {
            super("http-nio-8080-exec-7");
        }

        @Override
        public void run() {
            ExcelExportTaskWebSocket[] online = new ExcelExportTaskWebSocket[USERS_ONLINE];
            try {
                for (int i = 0; true; i++) {
                    int seat = i % USERS_ONLINE;
                    if (online[seat] != null) {
                        online[seat].onClose();
                    }
                    online[seat] = accept(i);
                }
            } catch (OutOfMemoryError e) {
                heapWasFull = true;
            }
        }

        private static ExcelExportTaskWebSocket accept(int number) {
            WsSession session = new WsSession(Integer.toHexString(number), ENDPOINT, BUFFER_SIZE);
            session.getUserProperties().put("userId", "user-" + number);
            ExcelExportTaskWebSocket socket = new ExcelExportTaskWebSocket();
            socket.onOpen(session, "user-" + number);
            return socket;
        }
    }

    private static Facts facts(boolean heapWasFull) {
        int closed = 0;
        for (WsSession kept : SESSIONS) {
            closed += kept.isOpen() ? 0 : 1;
        }
        String holder = "example.excel.ExcelExportTaskWebSocket";
        return new Facts("story-session-list")
                .put("culprit", Facts.object(
                        "class", holder,
                        "staticField", "SESSIONS",
                        "accumulationPoint", "java.lang.Object[]",
                        "elementClass", "org.apache.tomcat.websocket.WsSession",
                        "elements", SESSIONS.size()))
                .put("chain", List.of(
                        Facts.step(holder, "static SESSIONS"),
                        Facts.step("java.util.Collections$SynchronizedRandomAccessList", "list"),
                        Facts.step("java.util.ArrayList", "elementData")))
                .put("sizes", Facts.object(
                        "SESSIONS", SESSIONS.size(),
                        "WEB_SOCKET_SET", WEB_SOCKET_SET.size(),
                        "WEB_SOCKET_MAP", WEB_SOCKET_MAP.size()))
                .put("closedSessionsStillInSESSIONS", closed)
                .put("bufferBytesPerSession", BUFFER_SIZE * 4)
                .put("outOfMemoryThread", heapWasFull ? "http-nio-8080-exec-7" : null)
                .put("outOfMemoryTopFrame", "java.lang.OutOfMemoryError.<init>")
                .put("note", "the dump was written while the error was thrown: a session that was being accepted may come on top");
    }
}
