package com.zaxxer.hikari.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.util.ConcurrentBag;

/** Look-alike of HikariCP 4's class, driven by hand instead of by its housekeeper. */
public class HikariPool {
    final HikariConfig config;
    private final ConcurrentBag<PoolEntry> connectionBag = new ConcurrentBag<>();
    private final int maxPoolSize;

    public HikariPool(HikariConfig config, int maxPoolSize) {
        this.config = config;
        this.maxPoolSize = maxPoolSize;
    }

    /** Adds a connection; the oldest one has reached its maximum lifetime when the pool is full. */
    public void add(Object connection) {
        if (connectionBag.size() == maxPoolSize) {
            connectionBag.removeOldest().connection = null;
        }
        connectionBag.add(new PoolEntry(connection, this));
    }

    public int size() {
        return connectionBag.size();
    }
}
