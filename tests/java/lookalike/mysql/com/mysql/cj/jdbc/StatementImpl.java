package com.mysql.cj.jdbc;

import com.mysql.cj.jdbc.result.ResultSetImpl;

/** Look-alike of Connector/J 8.0's class. */
public class StatementImpl {
    protected volatile ConnectionImpl connection = null;
    protected ResultSetImpl results = null;
    protected boolean isClosed = false;
    private boolean isPoolable = true;
    protected int maxRows = -1;

    public StatementImpl(ConnectionImpl connection) {
        this.connection = connection;
    }

    /** As the driver does: closing a statement lets go of the connection and of the results. */
    public void close() {
        if (results != null) {
            results.close();
        }
        connection.unregisterStatement(this);
        isClosed = true;
        results = null;
        connection = null;
    }
}
