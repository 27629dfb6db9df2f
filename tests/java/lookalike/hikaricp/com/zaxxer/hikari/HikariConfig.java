package com.zaxxer.hikari;

/** Look-alike of HikariCP 4's class. */
public class HikariConfig {
    private volatile long maxLifetime;
    private volatile int maxPoolSize;
    private String jdbcUrl;
    private String poolName;

    public HikariConfig(String jdbcUrl, long maxLifetime, int maxPoolSize) {
        this.jdbcUrl = jdbcUrl;
        this.maxLifetime = maxLifetime;
        this.maxPoolSize = maxPoolSize;
        poolName = "HikariPool-1";
    }
}
