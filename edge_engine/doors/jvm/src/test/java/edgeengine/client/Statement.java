package edgeengine.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/** A bank statement of two years: a salary, a rent, a streaming service that became dearer, a bank's fees, groceries. */
final class Statement {
    static final Instant TODAY = Instant.parse("2026-03-01T08:00:00Z");
    static final int ROWS = 24 * 8;

    private Statement() {}

    static byte[] twoYears() {
        StringBuilder csv = new StringBuilder("Date,Description,Amount\n");
        for (int i = 0; i < 24; i++) {
            LocalDate month = LocalDate.of(2024, 3, 1).plusMonths(i);
            row(csv, month.withDayOfMonth(1), "CITY LETTING RENT", "-950.00");
            row(csv, month.withDayOfMonth(2), "ACME PAYROLL SALARY", "2500.00");
            row(csv, month.withDayOfMonth(7), "NETFLIX.COM AMSTERDAM", i < 18 ? "-10.99" : "-13.99");
            row(csv, month.withDayOfMonth(9), "OVERDRAFT FEE", "-12.00");
            for (int week = 0; week < 4; week++) {
                row(csv, month.withDayOfMonth(4 + 7 * week), "TESCO STORES 3297 LONDON", "-4" + week + ".1" + week);
            }
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a statement that takes a while to import. */
    static byte[] ofRows(int rows) {
        StringBuilder csv = new StringBuilder("Date,Description,Amount\n");
        LocalDate last = LocalDate.of(2026, 2, 28);
        for (int i = 0; i < rows; i++) {
            row(csv, last.minusDays(i % 700), "SHOP NUMBER " + i, "-" + (1 + i % 90) + ".10");
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void row(StringBuilder csv, LocalDate day, String text, String amount) {
        csv.append(day).append(",\"").append(text).append("\",").append(amount).append('\n');
    }
}
