package com.mysql.cj;

/** Stands for Connector/J 8.0's {@code ClientPreparedQuery} and the {@code ParseInfo} that holds the SQL text. */
public class PreparedQuery {
    protected ParseInfo parseInfo;
    protected int parameterCount;

    public PreparedQuery(String sql) {
        parseInfo = new ParseInfo(sql);
    }

    static class ParseInfo {
        private final String sql;
        private final byte[][] staticSql;

        ParseInfo(String sql) {
            this.sql = sql;
            staticSql = new byte[][] {{'S', 'E', 'L', 'E', 'C', 'T'}};
        }
    }
}
