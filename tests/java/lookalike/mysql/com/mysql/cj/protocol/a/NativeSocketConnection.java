package com.mysql.cj.protocol.a;

import com.mysql.cj.protocol.NetworkResources;
import com.mysql.cj.protocol.ReadAheadInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Look-alike of Connector/J 8.0's class; its socket was never connected. */
public class NativeSocketConnection {
    protected Socket mysqlSocket = new Socket();
    protected InputStream mysqlInput;
    protected OutputStream mysqlOutput;

    public NativeSocketConnection(int bufferSize) {
        mysqlInput = new ReadAheadInputStream(InputStream.nullInputStream(), bufferSize);
        mysqlOutput = new BufferedOutputStream(OutputStream.nullOutputStream(), bufferSize);
    }

    public NetworkResources getNetworkResources() {
        return new NetworkResources(mysqlSocket, mysqlInput, mysqlOutput);
    }
}
