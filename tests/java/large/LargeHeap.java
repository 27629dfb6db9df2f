import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A shop's heap of configurable size, for performance measurements: many small objects of mixed shapes, shared
 * leaves, back references, deep lists, a few large arrays. The random seed is fixed, so that two runs with the same
 * number of customers hold the same objects.
 *
 * <p>{@code java LargeHeap CUSTOMERS} prints "ready" when everything is allocated and then waits for its standard
 * input to close, so that a script can dump it.
 */
public final class LargeHeap {
    /** A leaf that many order lines share: it is dominated by the catalogue's common ancestor, never by one line. */
    static final class Product {
        final int number;
        final String title;
        final long priceInCents;

        Product(int number, String title, long priceInCents) {
            this.number = number;
            this.title = title;
            this.priceInCents = priceInCents;
        }
    }

    static final class OrderLine {
        final Product product;
        final int quantity;
        final double discount;

        OrderLine(Product product, int quantity, double discount) {
            this.product = product;
            this.quantity = quantity;
            this.discount = discount;
        }
    }

    enum Status { OPEN, PAID, SHIPPED, RETURNED }

    static final class Order {
        final Customer customer;
        final long placedAt;
        final Status status;
        final List<OrderLine> lines = new ArrayList<>();

        Order(Customer customer, long placedAt, Status status) {
            this.customer = customer;
            this.placedAt = placedAt;
            this.status = status;
        }
    }

    static final class Customer {
        final Integer number;
        final String name;
        final String address;
        final Map<String, String> attributes = new HashMap<>();
        final TreeMap<Long, Order> ordersByDate = new TreeMap<>();
        LinkedList<String> recentSearches;
        int[] visitsPerDay;
        Customer referredBy;

        Customer(int number, String name, String address) {
            this.number = number;
            this.name = name;
            this.address = address;
        }
    }

    /** One link of a list as deep as there are customers: recursive analyses fail here. */
    static final class AuditEntry {
        final AuditEntry previous;
        final Object subject;

        AuditEntry(AuditEntry previous, Object subject) {
            this.previous = previous;
            this.subject = subject;
        }
    }

    static final class Shop {
        final Product[] catalogue = new Product[20_000];
        final ConcurrentHashMap<Integer, Customer> customers = new ConcurrentHashMap<>();
        final LinkedHashMap<String, Order> orderCache = new LinkedHashMap<>();
        final List<long[]> dailyTotals = new ArrayList<>();
        AuditEntry lastAudit;
    }

    static final Shop SHOP = new Shop();
    private static final String[] FIRST = {"Ada", "Grace", "Edsger", "Barbara", "Donald", "Robert", "Thomas", "Léa", "Żaneta", "Nguyễn"};
    private static final String[] KEYS = {"language", "currency", "newsletter", "segment", "source", "theme"};

    public static void main(String[] args) throws Exception {
        int customers = Integer.parseInt(args[0]);
        SplittableRandom random = new SplittableRandom(20_211_122);
        fillCatalogue(random);
        Customer earlier = null;
        for (int i = 0; i < customers; i++) {
            Customer customer = newCustomer(i, random);
            customer.referredBy = random.nextInt(10) == 0 ? earlier : null;
            earlier = customer;
            SHOP.customers.put(customer.number, customer);
            SHOP.lastAudit = new AuditEntry(SHOP.lastAudit, customer);
        }
        for (int i = 0; i < 16; i++) {
            SHOP.dailyTotals.add(random.longs(customers).toArray());
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    private static void fillCatalogue(SplittableRandom random) {
        for (int i = 0; i < SHOP.catalogue.length; i++) {
            SHOP.catalogue[i] = new Product(i, "Product no. " + i, random.nextLong(100, 100_000));
        }
    }

    private static Customer newCustomer(int number, SplittableRandom random) {
        String name = FIRST[random.nextInt(FIRST.length)] + " " + Integer.toString(number, 36);
        Customer customer = new Customer(number, name, random.nextInt(1, 400) + " Main Street, " + random.nextInt(10_000, 99_999));
        for (int i = random.nextInt(KEYS.length); i > 0; i--) {
            // Every value is a String of its own: the dump is to have duplicates to find.
            customer.attributes.put(KEYS[i], "value " + random.nextInt(12));
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            addOrder(customer, random);
        }
        if (random.nextInt(4) == 0) {
            customer.recentSearches = new LinkedList<>();
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                customer.recentSearches.add("search " + random.nextInt(1_000_000));
            }
        }
        if (random.nextInt(8) == 0) {
            customer.visitsPerDay = new int[random.nextInt(7, 90)];
        }
        return customer;
    }

    private static void addOrder(Customer customer, SplittableRandom random) {
        long placedAt = 1_600_000_000_000L + random.nextLong(50_000_000_000L);
        Status[] all = Status.values();
        Order order = new Order(customer, placedAt, all[random.nextInt(all.length)]);
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            Product product = SHOP.catalogue[random.nextInt(SHOP.catalogue.length)];
            order.lines.add(new OrderLine(product, random.nextInt(1, 9), random.nextDouble()));
        }
        customer.ordersByDate.put(placedAt, order);
        if (random.nextInt(20) == 0) {
            SHOP.orderCache.put("order-" + placedAt, order);
        }
    }
}
