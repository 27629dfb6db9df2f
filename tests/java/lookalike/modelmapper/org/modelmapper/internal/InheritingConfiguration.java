package org.modelmapper.internal;

/** Look-alike of ModelMapper 2.4's class. */
public class InheritingConfiguration {
    private final InheritingConfiguration parent = null;
    public final TypeMapStore typeMapStore;
    Boolean ambiguityIgnored = Boolean.FALSE;
    Boolean fieldMatchingEnabled = Boolean.FALSE;
    Boolean skipNullEnabled = Boolean.FALSE;

    public InheritingConfiguration() {
        typeMapStore = new TypeMapStore(this);
    }
}
