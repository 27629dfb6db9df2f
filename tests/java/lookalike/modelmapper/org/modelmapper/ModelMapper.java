package org.modelmapper;

import org.modelmapper.internal.InheritingConfiguration;
import org.modelmapper.internal.MappingEngineImpl;

/** Look-alike of ModelMapper 2.4's class. */
public class ModelMapper {
    private final InheritingConfiguration config;
    private final MappingEngineImpl engine;

    public ModelMapper() {
        config = new InheritingConfiguration();
        engine = new MappingEngineImpl(config);
    }

    public void createTypeMap(Class<?> sourceType, Class<?> destinationType, String[] properties) {
        config.typeMapStore.create(sourceType, destinationType, properties, engine);
    }

    public int typeMaps() {
        return config.typeMapStore.size();
    }
}
