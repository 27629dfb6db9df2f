package org.modelmapper.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Look-alike of ModelMapper 2.4's class. */
public class MappingEngineImpl {
    private final Map<TypePair, Object> converterCache = new ConcurrentHashMap<>();
    private final InheritingConfiguration configuration;
    private final TypeMapStore typeMapStore;

    public MappingEngineImpl(InheritingConfiguration configuration) {
        this.configuration = configuration;
        typeMapStore = configuration.typeMapStore;
    }
}
