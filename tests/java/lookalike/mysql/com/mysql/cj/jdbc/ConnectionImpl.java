package com.mysql.cj.jdbc;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.NativeSession;
import java.util.concurrent.CopyOnWriteArrayList;

/** Look-alike of Connector/J 8.0's class. */
public class ConnectionImpl implements MysqlConnection {
    private NativeSession session = null;
    private final CopyOnWriteArrayList<StatementImpl> openStatements = new CopyOnWriteArrayList<>();
    private String database;
    private boolean isClosed = false;
    private boolean autoCommit = true;

    /** A connection that the cleanup thread tracks. */
    public ConnectionImpl(String database, long threadId, int bufferSize) {
        this(database, new NativeSession(threadId, bufferSize));
        AbandonedConnectionCleanupThread.trackConnection(this, session.getNetworkResources());
    }

    /** A connection made with the cleanup disabled. */
    public ConnectionImpl(String database, NativeSession session) {
        this.database = database;
        this.session = session;
    }

    public ClientPreparedStatement prepareStatement(String sql) {
        ClientPreparedStatement statement = new ClientPreparedStatement(this, sql);
        openStatements.add(statement);
        return statement;
    }

    void unregisterStatement(StatementImpl statement) {
        openStatements.remove(statement);
    }

    public void close() {
        isClosed = true;
        openStatements.clear();
    }
}
