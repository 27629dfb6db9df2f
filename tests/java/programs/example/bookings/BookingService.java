package example.bookings;

import fixture.Facts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An ordinary service at rest: every collection has a bound, and what there is belongs to threads of different kinds
 * in about equal parts, so that neither an object nor a class stands out.
 */
public final class BookingService {
    private static final int HOTELS_PER_DESK = 3;
    private static final int BOOKINGS_PER_HOTEL = 48;

    enum State { REQUESTED, CONFIRMED, CANCELLED }

    record Booking(String guest, int room, long arrival, int nights, State state) { }

    static final class Hotel {
        private final String name;
        private final TreeMap<Long, Booking> bookings = new TreeMap<>();
        private final Map<String, String> settings = new HashMap<>();
        private final RecentGuests recentGuests = new RecentGuests();

        Hotel(String name) {
            this.name = name;
        }
    }

    /** A cache with a bound. */
    static final class RecentGuests extends LinkedHashMap<String, Booking> {
        private static final int LIMIT = 32;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Booking> eldest) {
            return size() > LIMIT;
        }
    }

    /** A thread with the hotels that it works for. */
    abstract static class Desk extends Thread {
        private final List<Hotel> hotels = new ArrayList<>();

        Desk() {
            setDaemon(true);
        }

        void open() {
            setName(getClass().getSimpleName());
            for (int i = 0; i < HOTELS_PER_DESK; i++) {
                hotels.add(newHotel(getName() + " " + (char) ('A' + i)));
            }
            start();
        }

        @Override
        public synchronized void run() {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupt();
            }
        }
    }

    static final class NorthDesk extends Desk { }

    static final class EastDesk extends Desk { }

    static final class SouthDesk extends Desk { }

    static final class WestDesk extends Desk { }

    static final class AirportDesk extends Desk { }

    static final class StationDesk extends Desk { }

    static final class HarbourDesk extends Desk { }

    static final class PhoneDesk extends Desk { }

    private static Hotel newHotel(String name) {
        Hotel hotel = new Hotel(name);
        hotel.settings.put("currency", "EUR");
        for (int i = 0; i < BOOKINGS_PER_HOTEL; i++) {
            Booking booking = new Booking("guest of " + name + i, i, 1_700_000_000L + 86_400L * i, 1 + i % 7, State.values()[i % 3]);
            hotel.bookings.put(booking.arrival(), booking);
            hotel.recentGuests.put(booking.guest(), booking);
        }
        return hotel;
    }

    public static void main(String[] args) throws Exception {
        Desk[] desks = {new NorthDesk(), new EastDesk(), new SouthDesk(), new WestDesk(), new AirportDesk(),
            new StationDesk(), new HarbourDesk(), new PhoneDesk()};
        for (Desk desk : desks) {
            desk.open();
        }
        int hotels = desks.length * HOTELS_PER_DESK;
        Facts facts = new Facts("healthy")
                .put("culprit", null)
                .put("note", "no object and no class of the program holds more than a tenth of the heap on the first level of the dominator tree")
                .put("largestUserGroup", Facts.object("class", "example.bookings.BookingService$Hotel", "instances", hotels))
                .put("enumConstants", Arrays.asList(State.values()))
                .put("counts", Facts.object(
                        "example.bookings.BookingService$Hotel", hotels,
                        "example.bookings.BookingService$Booking", hotels * BOOKINGS_PER_HOTEL,
                        "example.bookings.BookingService$RecentGuests", hotels));
        Facts.publishAndWait(facts, args[0]);
    }
}
