package org.apache.coyote.http11.upgrade;

/** Look-alike of Tomcat 9.0's class. */
public class UpgradeInfo {
    private UpgradeGroupInfo groupInfo = null;
    private volatile long bytesSent = 0;
    private volatile long bytesReceived = 0;
    private volatile long msgsSent = 0;
    private volatile long msgsReceived = 0;

    public void setGroupInfo(UpgradeGroupInfo groupInfo) {
        if (groupInfo != null) {
            this.groupInfo = groupInfo;
            groupInfo.addUpgradeInfo(this);
        } else if (this.groupInfo != null) {
            this.groupInfo.removeUpgradeInfo(this);
            this.groupInfo = null;
        }
    }

    public void exchanged(long messages, long bytes) {
        msgsSent = messages;
        bytesSent = bytes;
    }
}
