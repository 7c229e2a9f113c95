/* Open a store, import a statement, say what was found: insight STORE STATEMENT
 * cc insight.c $(pkg-config --cflags --libs edge_engine msgpack) -o insight */
#include <edge_engine.h>
#include <edge_engine_names.h>
#include <msgpack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(ee_status status, const char *reason) {
    if (status == EE_OK) return;
    fprintf(stderr, "%s\n", reason != NULL ? reason : ee_strerror(status));
    exit(1);
}

static void pack_text(msgpack_packer *packer, const char *text) {
    msgpack_pack_str_with_body(packer, text, strlen(text));
}

/* Ask with names and texts in turn (NULL is the protocol's version); say what came of it where that is of interest. */
static void ask(ee_door door, bool say, const char *method, size_t count, const char *const *fields) {
    msgpack_sbuffer request;
    msgpack_packer packer;
    msgpack_unpacked answer;
    uint8_t *response = NULL;
    size_t size = 0;
    msgpack_sbuffer_init(&request);
    msgpack_packer_init(&packer, &request, msgpack_sbuffer_write);
    msgpack_pack_array(&packer, 4);
    msgpack_pack_int(&packer, EE_ABI), msgpack_pack_int(&packer, 1);
    pack_text(&packer, method);
    msgpack_pack_map(&packer, count);
    for (size_t i = 0; i < 2 * count; i++) {
        fields[i] != NULL ? pack_text(&packer, fields[i]) : (void)msgpack_pack_int(&packer, EE_ABI);
    }
    expect(ee_door_call(door, (const uint8_t *)request.data, request.size, &response, &size), NULL);
    msgpack_unpacked_init(&answer);
    expect(msgpack_unpack_next(&answer, (const char *)response, size, NULL) > 0 ? EE_OK : EE_FAILED, NULL);
    const msgpack_object *parts = answer.data.via.array.ptr; /* 1, id, error, result */
    bool failed = parts[2].type != MSGPACK_OBJECT_NIL;
    if (failed || say) msgpack_object_print(stdout, parts[failed ? 2 : 3]), printf("\n");
    if (failed) exit(1);
    msgpack_unpacked_destroy(&answer), msgpack_sbuffer_destroy(&request), ee_free(response);
}

int main(int argc, char **argv) {
    char *reason;
    ee_door door;
    if (argc != 3) return 2;
    ee_status started = ee_start(NULL, &reason);
    expect(started, reason);
    expect(ee_door_new(&door), NULL);
    ask(door, false, EE_METHOD_HELLO, 2, (const char *[]){"abi", NULL, "client", "insight.c"});
    ask(door, false, EE_METHOD_OPEN, 2, (const char *[]){"path", argv[1], "passphrase", "correct horse"});
    ask(door, false, EE_METHOD_CONSENT_GRANT, 1, (const char *[]){"purpose", "insights"});
    ask(door, true, EE_METHOD_IMPORT, 2, (const char *[]){"path", argv[2], "currency", "GBP"});
    ask(door, true, EE_METHOD_INSIGHTS, 0, NULL);
    return ee_shutdown() == EE_OK ? 0 : 1;
}
