package com.zaxxer.hikari.util;

import java.util.concurrent.CopyOnWriteArrayList;

/** Look-alike of HikariCP 4's class. */
public class ConcurrentBag<T> {
    private final CopyOnWriteArrayList<T> sharedList = new CopyOnWriteArrayList<>();

    public void add(T entry) {
        sharedList.add(entry);
    }

    public T removeOldest() {
        return sharedList.remove(0);
    }

    public int size() {
        return sharedList.size();
    }
}
