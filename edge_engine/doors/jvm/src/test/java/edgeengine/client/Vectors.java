package edgeengine.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The golden vectors of the doors: what is asked in which order, and what every face answers. */
final class Vectors {
    private static final Path FOLDER =
            Path.of(System.getProperty("edge.engine.vectors", "../../../tests/vectors")).toAbsolutePath().normalize();
    private static final double NEAR = 1e-6;

    private final JsonObject told;
    private final Map<String, JsonElement> known = new LinkedHashMap<>();

    /** Reads the vectors; what they write goes into the folder. */
    Vectors(Path folder) throws IOException {
        told = JsonParser.parseString(Files.readString(FOLDER.resolve("doors.json"))).getAsJsonObject();
        know("bank", FOLDER.resolve("doors_bank.csv"));
        know("store", folder.resolve("me.edge"));
        know("second", folder.resolve("second.edge"));
        know("export", folder.resolve("me.zip"));
        know("missing", folder.resolve("not-there.csv"));
    }

    static boolean arePresent() {
        return Files.exists(FOLDER.resolve("doors.json"));
    }

    private void know(String name, Path path) {
        known.put(name, new JsonPrimitive(path.toString()));
    }

    List<JsonObject> steps() {
        return told.getAsJsonArray("steps").asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    /** Returns what the host answers when the engine asks it. */
    Map<String, HostPorts.Port> host() {
        Map<String, HostPorts.Port> ports = new LinkedHashMap<>();
        told.getAsJsonObject("host")
                .asMap()
                .forEach((name, text) -> ports.put(name, params -> Base64.getDecoder().decode(text.getAsString())));
        return ports;
    }

    /** Returns the parameters of a step as plain values, with what is known put in. */
    @Nullable Map<String, @Nullable Object> params(JsonObject step) {
        JsonElement params = step.get("params");
        if (params == null || params.isJsonNull()) {
            return null;
        }
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        params.getAsJsonObject().asMap().forEach((name, one) -> plain.put(name, plain(one)));
        return plain;
    }

    /** Keeps what a step says of its answer, for later steps. */
    void keep(JsonObject step, JsonElement result) {
        if (step.has("keep")) {
            step.getAsJsonObject("keep").asMap().forEach((name, path) -> known.put(name, at(result, path.getAsString())));
        }
    }

    private @Nullable Object plain(JsonElement given) {
        if (given.isJsonNull()) {
            return null;
        }
        if (given instanceof JsonArray items) {
            List<@Nullable Object> plain = new ArrayList<>();
            items.forEach(one -> plain.add(plain(one)));
            return plain;
        }
        if (given instanceof JsonObject fields) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            fields.asMap().forEach((name, one) -> plain.put(name, plain(one)));
            return plain;
        }
        JsonPrimitive one = given.getAsJsonPrimitive();
        if (one.isBoolean()) {
            return one.getAsBoolean();
        }
        String text = one.getAsString();
        if (one.isNumber()) {
            return text.matches("-?\\d+") ? (Object) Long.valueOf(text) : (Object) Double.valueOf(text);
        }
        return text.startsWith("${") ? plain(known.get(text.substring(2, text.length() - 1))) : text;
    }

    /** Returns plain values of an answer as JSON: bytes as base64. */
    static JsonElement json(@Nullable Object plain) {
        if (plain == null) {
            return JsonNull.INSTANCE;
        }
        if (plain instanceof Map<?, ?> fields) {
            JsonObject json = new JsonObject();
            fields.forEach((name, one) -> json.add(name.toString(), json(one)));
            return json;
        }
        if (plain instanceof List<?> items) {
            JsonArray json = new JsonArray();
            items.forEach(one -> json.add(json(one)));
            return json;
        }
        if (plain instanceof byte[] bytes) {
            return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes));
        }
        if (plain instanceof Boolean truth) {
            return new JsonPrimitive(truth);
        }
        return plain instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(plain.toString());
    }

    private static JsonElement at(JsonElement given, String path) {
        JsonElement found = given;
        for (String step : path.split("\\.")) {
            found = found instanceof JsonArray items
                    ? items.get(Integer.parseInt(step))
                    : found.getAsJsonObject().get(step);
        }
        return found;
    }

    /** Adds the places where an answer is not the expected one; it may have fields that are newer than the vectors. */
    static void compare(JsonElement expected, JsonElement found, String where, List<String> differences) {
        if (expected instanceof JsonPrimitive one && one.isString() && one.getAsString().equals("*")) {
            return;
        }
        if (expected instanceof JsonObject fields && found instanceof JsonObject others) {
            fields.asMap().forEach((name, one) -> {
                if (others.has(name)) {
                    compare(one, others.get(name), where + "." + name, differences);
                } else {
                    differences.add(where + "." + name + " is missing");
                }
            });
        } else if (expected instanceof JsonArray items && found instanceof JsonArray others && items.size() == others.size()) {
            for (int i = 0; i < items.size(); i++) {
                compare(items.get(i), others.get(i), where + "[" + i + "]", differences);
            }
        } else if (!same(expected, found)) {
            differences.add(where + " is " + found + " and not " + expected);
        }
    }

    private static boolean same(JsonElement expected, JsonElement found) {
        if (expected instanceof JsonPrimitive one && found instanceof JsonPrimitive other && one.isNumber() && other.isNumber()) {
            double a = one.getAsDouble();
            double b = other.getAsDouble();
            return Math.abs(a - b) <= NEAR * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
        }
        return expected.equals(found);
    }
}
