package example.warehouse;

import com.mysql.cj.jdbc.AbandonedConnectionCleanupThread;
import com.mysql.cj.jdbc.ConnectionImpl;
import com.zaxxer.hikari.HikariDataSource;
import fixture.Facts;
import java.util.List;

/** A pool whose connections live too short: the driver's one cleanup thread never catches up with them. */
public final class WarehouseService {
    private static final int POOL_SIZE = 10;
    private static final int CONNECTIONS_EVER = Facts.size("connections", 600);
    private static final int BUFFER_SIZE = Facts.size("buffer", 1024);
    private static HikariDataSource dataSource;

    public static void main(String[] args) throws Exception {
        dataSource = new HikariDataSource("jdbc:mysql://db.example:3306/warehouse", 30_000, POOL_SIZE);
        for (int i = 0; i < CONNECTIONS_EVER; i++) {
            dataSource.getPool().add(new ConnectionImpl("warehouse", i, BUFFER_SIZE));
        }
        System.gc();
        while (!AbandonedConnectionCleanupThread.isStuck()) {
            Thread.sleep(20);
        }
        Facts.publishAndWait(facts(), args[0]);
    }

    private static Facts facts() {
        String holder = "com.mysql.cj.jdbc.AbandonedConnectionCleanupThread";
        String reference = holder + "$ConnectionFinalizerPhantomReference";
        int references = AbandonedConnectionCleanupThread.pending();
        return new Facts("story-mysql-cleanup-thread")
                .put("culprit", Facts.object(
                        "class", holder,
                        "staticField", "connectionFinalizerPhantomRefs",
                        "elementClass", reference,
                        "elements", references))
                .put("chain", List.of(
                        Facts.step(holder, "static connectionFinalizerPhantomRefs"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap$KeySetView", "map"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap", "table"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap$Node[]", "[i]"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap$Node", "key"),
                        Facts.step(reference, "networkResources"),
                        Facts.step("com.mysql.cj.protocol.NetworkResources", "mysqlInput")))
                .put("alsoHeldBy", Facts.object(
                        "class", holder,
                        "staticField", "referenceQueue",
                        "why", "referents are gone; every reference but the one in work also waits in this queue"))
                .put("stuckThread", Facts.object(
                        "name", "mysql-cj-abandoned-connection-cleanup",
                        "frames", List.of("NetworkResources.forceClose", "ConnectionFinalizerPhantomReference.finalizeResources")))
                .put("pool", Facts.object("class", "com.zaxxer.hikari.HikariDataSource", "entries", dataSource.getPool().size(), "maxLifetime", 30_000))
                .put("libraries", List.of("mysql-connector-java-8.0.25.jar", "HikariCP-4.0.3.jar"))
                .put("counts", Facts.object(
                        reference, references,
                        "com.mysql.cj.protocol.NetworkResources", references,
                        "com.mysql.cj.jdbc.ConnectionImpl", POOL_SIZE,
                        "com.zaxxer.hikari.pool.PoolEntry", POOL_SIZE));
    }
}
