package org.modelmapper.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Look-alike of ModelMapper 2.4's class. */
public final class TypeMapStore {
    private final Map<TypePair, TypeMapImpl> typeMaps = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final InheritingConfiguration defaultConfiguration;

    TypeMapStore(InheritingConfiguration defaultConfiguration) {
        this.defaultConfiguration = defaultConfiguration;
    }

    public void create(Class<?> sourceType, Class<?> destinationType, String[] properties, MappingEngineImpl engine) {
        synchronized (lock) {
            TypePair pair = new TypePair(sourceType, destinationType, null);
            typeMaps.put(pair, new TypeMapImpl(sourceType, destinationType, defaultConfiguration, engine, properties));
        }
    }

    public int size() {
        return typeMaps.size();
    }
}
