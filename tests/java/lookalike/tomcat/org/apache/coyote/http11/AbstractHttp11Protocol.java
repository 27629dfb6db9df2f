package org.apache.coyote.http11;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.upgrade.UpgradeGroupInfo;
import org.apache.tomcat.util.net.AbstractEndpoint;

/** Look-alike of Tomcat 9.0's class. */
public abstract class AbstractHttp11Protocol extends AbstractProtocol {
    private final Map<String, UpgradeGroupInfo> upgradeProtocolGroupInfos = new ConcurrentHashMap<>();

    protected AbstractHttp11Protocol(AbstractEndpoint endpoint) {
        super(endpoint);
    }

    public UpgradeGroupInfo getUpgradeGroupInfo(String upgradeProtocol) {
        UpgradeGroupInfo info = upgradeProtocolGroupInfos.get(upgradeProtocol);
        if (info == null) {
            info = new UpgradeGroupInfo();
            upgradeProtocolGroupInfos.put(upgradeProtocol, info);
        }
        return info;
    }
}
