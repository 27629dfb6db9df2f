package org.apache.coyote;

import java.util.ArrayList;

/** Look-alike of Tomcat 9.0's class. */
public class RequestGroupInfo {
    private final ArrayList<RequestInfo> processors = new ArrayList<>();
    private long deadMaxTime = 0;
    private long deadProcessingTime = 0;
    private int deadRequestCount = 0;

    public synchronized void addRequestProcessor(RequestInfo info) {
        processors.add(info);
    }

    public synchronized void removeRequestProcessor(RequestInfo info) {
        if (processors.remove(info)) {
            deadRequestCount++;
        }
    }

    public synchronized int size() {
        return processors.size();
    }
}
