package org.apache.coyote;

/** Look-alike of Tomcat 9.0's class: the fields a heap dump shows, none of the behaviour. */
public class RequestInfo {
    private RequestGroupInfo global;
    private final String workerThreadName;
    private String rpName;
    private long bytesSent;
    private long bytesReceived;
    private long processingTime;
    private int requestCount;
    private int stage;

    public RequestInfo(String workerThreadName, String rpName) {
        this.workerThreadName = workerThreadName;
        this.rpName = rpName;
    }

    public void setGlobalProcessor(RequestGroupInfo global) {
        if (global != null) {
            this.global = global;
            global.addRequestProcessor(this);
        } else if (this.global != null) {
            this.global.removeRequestProcessor(this);
            this.global = null;
        }
    }

    public void count(int requests, long sent) {
        requestCount += requests;
        bytesSent += sent;
    }
}
