package org.modelmapper.internal;

import java.util.Objects;

/** Look-alike of ModelMapper 2.4's class. */
class TypePair {
    private final Class<?> sourceType;
    private final Class<?> destinationType;
    private final String name;
    private final int hashCode;

    TypePair(Class<?> sourceType, Class<?> destinationType, String name) {
        this.sourceType = sourceType;
        this.destinationType = destinationType;
        this.name = name;
        hashCode = sourceType.getName().hashCode() * 31 + destinationType.getName().hashCode();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof TypePair other && sourceType == other.sourceType && destinationType == other.destinationType
                && Objects.equals(name, other.name);
    }

    @Override
    public int hashCode() {
        return hashCode;
    }
}
