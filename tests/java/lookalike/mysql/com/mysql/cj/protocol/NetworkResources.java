package com.mysql.cj.protocol;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Look-alike of Connector/J 8.0's class; {@code forceClose} hangs, as on a network that drops packets. */
public class NetworkResources {
    private final Socket mysqlConnection;
    private final InputStream mysqlInput;
    private final OutputStream mysqlOutput;

    public NetworkResources(Socket mysqlConnection, InputStream mysqlInput, OutputStream mysqlOutput) {
        this.mysqlConnection = mysqlConnection;
        this.mysqlInput = mysqlInput;
        this.mysqlOutput = mysqlOutput;
    }

    public final void forceClose() throws InterruptedException {
        synchronized (mysqlOutput) {
            mysqlOutput.wait();
        }
    }
}
