package org.apache.coyote.http11.upgrade;

import java.util.ArrayList;
import java.util.List;

/** Look-alike of Tomcat 9.0.53's class: the list that nothing shortens before 9.0.54. */
public class UpgradeGroupInfo {
    private final List<UpgradeInfo> upgradeInfos = new ArrayList<>();
    private long deadBytesReceived = 0;
    private long deadBytesSent = 0;
    private long deadMsgsReceived = 0;
    private long deadMsgsSent = 0;

    public synchronized void addUpgradeInfo(UpgradeInfo info) {
        upgradeInfos.add(info);
    }

    public synchronized void removeUpgradeInfo(UpgradeInfo info) {
        upgradeInfos.remove(info);
    }

    public synchronized int size() {
        return upgradeInfos.size();
    }
}
