package com.zaxxer.hikari.pool;

/** Look-alike of HikariCP 4's class. */
final class PoolEntry {
    Object connection;
    long lastAccessed;
    private volatile int state = 0;
    private final HikariPool hikariPool;

    PoolEntry(Object connection, HikariPool hikariPool) {
        this.connection = connection;
        this.hikariPool = hikariPool;
    }
}
