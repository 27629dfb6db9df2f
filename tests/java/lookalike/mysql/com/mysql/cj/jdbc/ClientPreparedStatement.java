package com.mysql.cj.jdbc;

import com.mysql.cj.PreparedQuery;
import com.mysql.cj.jdbc.result.ResultSetImpl;

/** Look-alike of Connector/J 8.0's class. */
public class ClientPreparedStatement extends StatementImpl {
    protected PreparedQuery query;

    public ClientPreparedStatement(ConnectionImpl connection, String sql) {
        super(connection);
        query = new PreparedQuery(sql);
    }

    public ResultSetImpl executeQuery() {
        results = new ResultSetImpl(connection, this);
        return results;
    }
}
