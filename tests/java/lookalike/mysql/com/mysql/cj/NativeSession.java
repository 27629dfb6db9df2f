package com.mysql.cj;

import com.mysql.cj.protocol.NetworkResources;
import com.mysql.cj.protocol.a.NativeProtocol;

/** Look-alike of Connector/J 8.0's class. */
public class NativeSession {
    protected transient NativeProtocol protocol;
    private long threadId;

    public NativeSession(long threadId, int bufferSize) {
        this.threadId = threadId;
        protocol = new NativeProtocol(bufferSize);
    }

    public NetworkResources getNetworkResources() {
        return protocol.getSocketConnection().getNetworkResources();
    }
}
