package com.zaxxer.hikari;

import com.zaxxer.hikari.pool.HikariPool;

/** Look-alike of HikariCP 4's class. */
public class HikariDataSource extends HikariConfig {
    private final HikariPool fastPathPool;

    public HikariDataSource(String jdbcUrl, long maxLifetime, int maxPoolSize) {
        super(jdbcUrl, maxLifetime, maxPoolSize);
        fastPathPool = new HikariPool(this, maxPoolSize);
    }

    public HikariPool getPool() {
        return fastPathPool;
    }
}
