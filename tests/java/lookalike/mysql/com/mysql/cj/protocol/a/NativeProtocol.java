package com.mysql.cj.protocol.a;

/** Look-alike of Connector/J 8.0's class. */
public class NativeProtocol {
    private final NativeSocketConnection socketConnection;
    private int maxAllowedPacket = 65535;
    private byte packetSequence = 0;

    public NativeProtocol(int bufferSize) {
        socketConnection = new NativeSocketConnection(bufferSize);
    }

    public NativeSocketConnection getSocketConnection() {
        return socketConnection;
    }
}
