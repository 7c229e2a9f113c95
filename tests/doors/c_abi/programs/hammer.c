/* Eight threads ask one door the same questions all at once: every answer is the one that a single caller got.
 * argv[2] is a file of requests that prepare the door, argv[3] one of requests and expected responses in turn; each frame
 * has its length in front, and its id in the four bytes [3..6]: every call gets one of its own. argv[4] is how many calls
 * a thread makes. */
#include <pthread.h>
#include <stdatomic.h>

#include "host.h"

enum { THREADS = 8, PAIRS_MOST = 64, ID_AT = 3 };

typedef struct pair {
    uint8_t *request;
    uint8_t *expected;
    uint32_t request_size;
    uint32_t expected_size;
} pair;

static pair pairs[PAIRS_MOST];
static unsigned pair_count;
static unsigned calls;
static ee_door door;
static atomic_uint next_id = 0x20000;

static uint8_t *with_id(const uint8_t *frame, uint32_t size, uint32_t id) {
    uint8_t *copy = malloc(size);
    CHECK(copy != NULL && size > ID_AT + 4);
    memcpy(copy, frame, size);
    for (unsigned i = 0; i < 4; i++) {
        copy[ID_AT + i] = (uint8_t)(id >> (8 * (3 - i)));
    }
    return copy;
}

static void *ask(void *first) {
    for (unsigned i = 0; i < calls; i++) {
        const pair *one = &pairs[(i + (unsigned)(uintptr_t)first) % pair_count];
        uint32_t id = atomic_fetch_add(&next_id, 1);
        uint8_t *request = with_id(one->request, one->request_size, id);
        uint8_t *expected = with_id(one->expected, one->expected_size, id);
        uint8_t *response = NULL;
        size_t size = 0;
        EXPECT(ee_door_call(door, request, one->request_size, &response, &size), EE_OK);
        CHECK(size == one->expected_size && memcmp(response, expected, size) == 0);
        ee_free(response);
        free(expected);
        free(request);
    }
    return NULL;
}

static void prepare(const char *name) {
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    uint8_t *request = NULL;
    uint32_t request_size = 0;
    while (host_read(file, &request, &request_size)) {
        uint8_t *response = NULL;
        size_t size = 0;
        EXPECT(ee_door_call(door, request, request_size, &response, &size), EE_OK);
        ee_free(response);
        free(request);
    }
    fclose(file);
}

int main(int argc, char **argv) {
    CHECK(argc == 5);
    FILE *file = fopen(argv[3], "rb");
    CHECK(file != NULL);
    while (pair_count < PAIRS_MOST && host_read(file, &pairs[pair_count].request, &pairs[pair_count].request_size)) {
        pair *one = &pairs[pair_count++];
        CHECK(host_read(file, &one->expected, &one->expected_size));
    }
    fclose(file);
    calls = (unsigned)atoi(argv[4]);
    CHECK(pair_count > 0 && calls > 0);
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    prepare(argv[2]);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, ask, (void *)(uintptr_t)i) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    EXPECT(ee_door_close(door), EE_OK);
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
