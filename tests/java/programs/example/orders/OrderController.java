package example.orders;

import fixture.Facts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.modelmapper.ModelMapper;

/** Makes a ModelMapper and its type maps for every request, and remembers each one. */
public final class OrderController {
    private static final int REQUESTS = Facts.size("requests", 120);
    private static final int TYPE_MAPS_EACH = 6;
    private static final int GENERATED = Facts.size("generated", 90);
    private static final String[] PROPERTIES = {"id", "customer.name", "customer.address.street", "lines", "total", "currency"};
    private static final Map<Integer, ModelMapper> MAPPERS_BY_REQUEST = new HashMap<>();
    private static final List<Class<?>> TYPES = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < GENERATED; i++) {
            TYPES.add(new GeneratedClassLoader().define("example.orders.OrderDto$ByteBuddy$" + i));
        }
        for (int i = 0; i < REQUESTS; i++) {
            ModelMapper mapper = new ModelMapper();
            for (int j = 0; j < TYPE_MAPS_EACH; j++) {
                mapper.createTypeMap(OrderController.class, TYPES.get((i * TYPE_MAPS_EACH + j) % GENERATED), PROPERTIES);
            }
            MAPPERS_BY_REQUEST.put(i, mapper);
        }
        Facts.publishAndWait(facts(), args[0]);
    }

    private static Facts facts() {
        int typeMaps = 0;
        for (ModelMapper mapper : MAPPERS_BY_REQUEST.values()) {
            typeMaps += mapper.typeMaps();
        }
        return new Facts("story-modelmapper")
                .put("culprit", Facts.object(
                        "class", "org.modelmapper.ModelMapper",
                        "instances", REQUESTS,
                        "storeClass", "org.modelmapper.internal.TypeMapStore",
                        "typeMaps", typeMaps,
                        "holder", "example.orders.OrderController",
                        "staticField", "MAPPERS_BY_REQUEST"))
                .put("chain", List.of(
                        Facts.step("example.orders.OrderController", "static MAPPERS_BY_REQUEST"),
                        Facts.step("java.util.HashMap", "table"),
                        Facts.step("java.util.HashMap$Node[]", "[i]"),
                        Facts.step("java.util.HashMap$Node", "value"),
                        Facts.step("org.modelmapper.ModelMapper", "config"),
                        Facts.step("org.modelmapper.internal.InheritingConfiguration", "typeMapStore"),
                        Facts.step("org.modelmapper.internal.TypeMapStore", "typeMaps")))
                .put("generated", Facts.object("classes", GENERATED, "namePrefix", "example.orders.OrderDto$ByteBuddy$", "loaders", GENERATED))
                .put("libraries", List.of("modelmapper-2.4.4.jar"))
                .put("counts", Facts.object(
                        "org.modelmapper.ModelMapper", REQUESTS,
                        "org.modelmapper.internal.TypeMapStore", REQUESTS,
                        "org.modelmapper.internal.InheritingConfiguration", REQUESTS,
                        "org.modelmapper.internal.TypeMapImpl", typeMaps,
                        "example.orders.GeneratedClassLoader", GENERATED));
    }
}
