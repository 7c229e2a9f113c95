/* What is refused, and how: before the start, with NULLs, with doors that are none, after the end. */
#include "host.h"

static const uint8_t hello[] = {0x94, 1, 1, 0xa5, 'h', 'e', 'l', 'l', 'o', 0xc0};

static void hear(void *user, const uint8_t *frame, size_t size) {
    (void)user, (void)frame, (void)size;
}

/* Whatever the door and the frame, while nothing is started, or nothing any more. */
static void expect_refused(ee_status wanted) {
    uint8_t *out = (uint8_t *)hello;
    size_t size = 9;
    ee_door door = 9;
    EXPECT(ee_door_new(&door), wanted);
    CHECK(door == 0);
    EXPECT(ee_door_call(1, hello, sizeof hello, &out, &size), wanted);
    CHECK(out == NULL && size == 0);
    EXPECT(ee_door_post(1, hello, sizeof hello), wanted);
    EXPECT(ee_door_on_push(1, hear, NULL), wanted);
    EXPECT(ee_door_interrupt(1, 1), wanted);
    EXPECT(ee_door_close(1), wanted);
    EXPECT(ee_shutdown(), wanted);
    ee_free(NULL);
}

static void expect_nulls_refused(ee_door door) {
    uint8_t *out = (uint8_t *)hello;
    size_t size = 9;
    EXPECT(ee_door_new(NULL), EE_NULL);
    EXPECT(ee_door_call(door, NULL, 0, &out, &size), EE_NULL);
    CHECK(out == NULL && size == 0);
    EXPECT(ee_door_call(door, hello, sizeof hello, NULL, &size), EE_NULL);
    out = (uint8_t *)hello;
    EXPECT(ee_door_call(door, hello, sizeof hello, &out, NULL), EE_NULL);
    CHECK(out == NULL);
    EXPECT(ee_door_post(door, NULL, 4), EE_NULL);
    EXPECT(ee_door_on_push(door, NULL, NULL), EE_OK);
    EXPECT(ee_door_post(door, hello, sizeof hello), EE_NO_CALLBACK);
}

static void expect_large_refused(ee_door door) {
    uint8_t *large = calloc(EE_FRAME_MOST + 1u, 1);
    uint8_t *out = NULL;
    size_t size = 0;
    CHECK(large != NULL);
    EXPECT(ee_door_call(door, large, EE_FRAME_MOST + 1u, &out, &size), EE_TOO_LARGE);
    EXPECT(ee_door_post(door, large, SIZE_MAX), EE_TOO_LARGE);
    CHECK(out == NULL && size == 0);
    free(large);
}

static void expect_no_door(ee_door door) {
    uint8_t *out = (uint8_t *)hello;
    size_t size = 9;
    EXPECT(ee_door_call(door, hello, sizeof hello, &out, &size), EE_CLOSED);
    CHECK(out == NULL && size == 0);
    EXPECT(ee_door_post(door, hello, sizeof hello), EE_CLOSED);
    EXPECT(ee_door_on_push(door, hear, NULL), EE_CLOSED);
    EXPECT(ee_door_interrupt(door, 1), EE_CLOSED);
    EXPECT(ee_door_close(door), EE_CLOSED);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    expect_refused(EE_NOT_STARTED);
    ee_options other = {.abi = EE_ABI + 1};
    char *reason = NULL;
    EXPECT(ee_start(&other, &reason), EE_OTHER_ABI);
    CHECK(reason != NULL && strlen(reason) > 10);
    ee_free(reason);
    host_start(argv[1]);
    host_start(argv[1]);

    ee_door door = 0;
    EXPECT(ee_door_new(&door), EE_OK);
    CHECK(door != 0);
    expect_nulls_refused(door);
    expect_large_refused(door);
    const ee_door none[] = {0, door + 1, door ^ ((ee_door)1 << 32), UINT64_MAX, EE_DOORS_MOST + 1};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        expect_no_door(none[i]);
    }
    EXPECT(ee_door_close(door), EE_OK);
    expect_no_door(door);

    ee_door doors[EE_DOORS_MOST] = {0};
    for (size_t i = 0; i < EE_DOORS_MOST; i++) {
        EXPECT(ee_door_new(&doors[i]), EE_OK);
        CHECK(doors[i] != door);
    }
    EXPECT(ee_door_new(&door), EE_DOORS_FULL);
    CHECK(door == 0);
    EXPECT(ee_shutdown(), EE_OK);
    expect_refused(EE_STOPPED);

    host_start(argv[1]);
    expect_no_door(doors[0]);
    EXPECT(ee_door_new(&door), EE_OK);
    EXPECT(ee_door_close(door), EE_OK);
    EXPECT(ee_shutdown(), EE_OK);
    for (int number = -1; number < 40; number++) {
        CHECK(strlen(ee_strerror((ee_status)number)) > 5);
    }
    CHECK(ee_abi() == EE_ABI && strlen(ee_version()) >= 5);
    return 0;
}
