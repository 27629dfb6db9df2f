package com.mysql.cj.jdbc.result;

import com.mysql.cj.jdbc.ConnectionImpl;
import com.mysql.cj.jdbc.StatementImpl;

/** Look-alike of Connector/J 8.0's class. */
public class ResultSetImpl {
    protected volatile ConnectionImpl connection;
    private StatementImpl owningStatement;
    protected boolean isClosed = false;
    protected Object[] rows = new Object[1];

    public ResultSetImpl(ConnectionImpl connection, StatementImpl owningStatement) {
        this.connection = connection;
        this.owningStatement = owningStatement;
    }

    public void close() {
        isClosed = true;
        rows = null;
        connection = null;
        owningStatement = null;
    }
}
