package com.mysql.cj.jdbc;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.protocol.NetworkResources;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Look-alike of Connector/J 8.0's class: one thread empties the queue, and the set keeps every reference, with its
 * network resources, until that thread has come to it.
 */
public class AbandonedConnectionCleanupThread implements Runnable {
    private static final Set<ConnectionFinalizerPhantomReference> connectionFinalizerPhantomRefs = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<MysqlConnection> referenceQueue = new ReferenceQueue<>();
    private static Thread threadRef = null;

    static {
        threadRef = new Thread(new AbandonedConnectionCleanupThread(), "mysql-cj-abandoned-connection-cleanup");
        threadRef.setDaemon(true);
        threadRef.start();
    }

    @Override
    public void run() {
        try {
            while (true) {
                Reference<? extends MysqlConnection> reference = referenceQueue.remove(5000);
                if (reference != null) {
                    finalizeResource((ConnectionFinalizerPhantomReference) reference);
                }
            }
        } catch (InterruptedException e) {
            threadRef = null;
        }
    }

    protected static void trackConnection(MysqlConnection conn, NetworkResources io) {
        connectionFinalizerPhantomRefs.add(new ConnectionFinalizerPhantomReference(conn, io, referenceQueue));
    }

    private static void finalizeResource(ConnectionFinalizerPhantomReference reference) throws InterruptedException {
        try {
            reference.finalizeResources();
            reference.clear();
        } finally {
            connectionFinalizerPhantomRefs.remove(reference);
        }
    }

    /** Not in the original: lets the fixture's program tell what its dump must show. */
    public static int pending() {
        return connectionFinalizerPhantomRefs.size();
    }

    /** Not in the original: true once the cleanup thread hangs in its first reference. */
    public static boolean isStuck() {
        return threadRef.getState() == Thread.State.WAITING;
    }

    private static class ConnectionFinalizerPhantomReference extends PhantomReference<MysqlConnection> {
        private NetworkResources networkResources;

        ConnectionFinalizerPhantomReference(MysqlConnection conn, NetworkResources networkResources,
                ReferenceQueue<? super MysqlConnection> refQueue) {
            super(conn, refQueue);
            this.networkResources = networkResources;
        }

        void finalizeResources() throws InterruptedException {
            if (networkResources != null) {
                try {
                    networkResources.forceClose();
                } finally {
                    networkResources = null;
                }
            }
        }
    }
}
