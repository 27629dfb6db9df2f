package com.mysql.cj;

/** Look-alike of Connector/J 8.0's interface. */
public interface MysqlConnection {
}
