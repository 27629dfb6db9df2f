package org.modelmapper.internal;

import java.util.Map;
import java.util.TreeMap;

/** Look-alike of ModelMapper 2.4's class. */
class TypeMapImpl {
    private final Class<?> sourceType;
    private final Class<?> destinationType;
    private final String name = null;
    final InheritingConfiguration configuration;
    private final MappingEngineImpl engine;
    private final Map<String, PropertyMappingImpl> mappings = new TreeMap<>();

    TypeMapImpl(Class<?> sourceType, Class<?> destinationType, InheritingConfiguration configuration,
            MappingEngineImpl engine, String[] properties) {
        this.sourceType = sourceType;
        this.destinationType = destinationType;
        this.configuration = configuration;
        this.engine = engine;
        for (String property : properties) {
            // The library builds each path anew, so every type map has its own equal strings.
            String path = new String(property.toCharArray());
            mappings.put(path, new PropertyMappingImpl(sourceType, path));
        }
    }

    static class PropertyMappingImpl {
        private final Class<?> sourceType;
        private final String destinationPath;
        private boolean explicit;

        PropertyMappingImpl(Class<?> sourceType, String destinationPath) {
            this.sourceType = sourceType;
            this.destinationPath = destinationPath;
        }
    }
}
