/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The storage: what it is told, that a machine started from it has the same registry, and that
 * nothing changes in memory when it refuses. The one here keeps keys and values in arrays.
 */
#include "cm_test.h"
#include "machine.h"

#define KEYS 128
#define VALUES 128

static struct stored_key {
    uint64_t id, parent;
    WCHAR name[64], class_name[16];
    size_t name_bytes, class_bytes, security_bytes;
    unsigned flags;
    int64_t time;
    unsigned char security[512];
    bool used;
} stored_key[KEYS];

static struct stored_value {
    uint64_t key;
    WCHAR name[64];
    size_t name_bytes, bytes;
    unsigned type;
    unsigned char data[4096];
    bool used;
} stored_value[VALUES];

static unsigned told, flushed;
static int32_t refusal; /* what every change is answered with */

static struct stored_key *find_key(uint64_t id)
{
    for (unsigned index = 0; index < KEYS; index++) {
        if (stored_key[index].used && stored_key[index].id == id)
            return &stored_key[index];
    }
    return NULL;
}

static bool same_name(const struct stored_value *value, struct cm_storage_text name)
{
    UNICODE_STRING first = {
        (USHORT)value->name_bytes, (USHORT)value->name_bytes, (WCHAR *)(uintptr_t)value->name};
    UNICODE_STRING second = {(USHORT)name.bytes, (USHORT)name.bytes, (WCHAR *)(uintptr_t)name.text};
    return RtlEqualUnicodeString(&first, &second, FALSE);
}

static struct stored_value *find_value(uint64_t key, struct cm_storage_text name)
{
    for (unsigned index = 0; index < VALUES; index++) {
        if (stored_value[index].used && stored_value[index].key == key &&
            same_name(&stored_value[index], name))
            return &stored_value[index];
    }
    return NULL;
}

static int32_t load(void *context, const struct cm_storage_sink *sink)
{
    (void)context;
    for (unsigned index = 0; index < KEYS; index++) {
        const struct stored_key *from = &stored_key[index];
        const struct cm_storage_key key = {.id = from->id,
            .parent = from->parent,
            .name = {(const uint16_t *)from->name, from->name_bytes},
            .class_name = {(const uint16_t *)from->class_name, from->class_bytes},
            .flags = from->flags,
            .last_write_time = from->time,
            .security = from->security,
            .security_bytes = from->security_bytes};
        int32_t status = from->used ? sink->key(sink->context, &key) : 0;
        if (status != 0)
            return status;
    }
    for (unsigned index = 0; index < VALUES; index++) {
        const struct stored_value *from = &stored_value[index];
        struct cm_storage_text name = {(const uint16_t *)from->name, from->name_bytes};
        int32_t status = from->used
            ? sink->value(sink->context, from->key, name, from->type, from->data, from->bytes)
            : 0;
        if (status != 0)
            return status;
    }
    return 0;
}

static void write_parent(uint64_t key, int64_t time)
{
    struct stored_key *parent = find_key(find_key(key)->parent);
    if (parent != NULL)
        parent->time = time;
}

static int32_t key_created(void *context, const struct cm_storage_key *key)
{
    (void)context;
    told++;
    if (refusal != 0)
        return refusal;
    assert_null(find_key(key->id));
    assert_true(key->parent == 0 || find_key(key->parent) != NULL);
    /* Behind all others, as a parent comes before its keys. */
    static unsigned next;
    struct stored_key *to = &stored_key[next++];
    assert_true(next < KEYS);
    *to = (struct stored_key){.id = key->id,
        .parent = key->parent,
        .flags = key->flags,
        .time = key->last_write_time,
        .name_bytes = key->name.bytes,
        .class_bytes = key->class_name.bytes,
        .security_bytes = key->security_bytes,
        .used = true};
    memcpy(to->name, key->name.text, key->name.bytes);
    if (key->class_name.bytes != 0)
        memcpy(to->class_name, key->class_name.text, key->class_name.bytes);
    memcpy(to->security, key->security, key->security_bytes);
    write_parent(key->id, key->last_write_time);
    return 0;
}

static int32_t key_deleted(void *context, uint64_t key, int64_t time)
{
    (void)context;
    told++;
    if (refusal != 0)
        return refusal;
    assert_non_null(find_key(key));
    write_parent(key, time);
    find_key(key)->used = false;
    for (unsigned index = 0; index < VALUES; index++) {
        if (stored_value[index].key == key)
            stored_value[index].used = false;
    }
    return 0;
}

static int32_t key_renamed(void *context, uint64_t key, struct cm_storage_text name, int64_t time)
{
    (void)context;
    told++;
    if (refusal != 0)
        return refusal;
    memcpy(find_key(key)->name, name.text, name.bytes);
    find_key(key)->name_bytes = name.bytes;
    find_key(key)->time = time;
    write_parent(key, time);
    return 0;
}

static int32_t key_touched(void *context, uint64_t key, int64_t time)
{
    (void)context;
    told++;
    if (refusal == 0)
        find_key(key)->time = time;
    return refusal;
}

static int32_t key_secured(void *context, uint64_t key, const void *security, size_t bytes)
{
    (void)context;
    told++;
    if (refusal != 0)
        return refusal;
    memcpy(find_key(key)->security, security, bytes);
    find_key(key)->security_bytes = bytes;
    return 0;
}

static int32_t value_set(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
    const void *data, size_t bytes, int64_t time)
{
    (void)context;
    told++;
    if (refusal != 0)
        return refusal;
    struct stored_value *to = find_value(key, name);
    for (unsigned index = 0; index < VALUES && to == NULL; index++) {
        if (!stored_value[index].used)
            to = &stored_value[index];
    }
    assert_non_null(to);
    *to = (struct stored_value){
        .key = key, .name_bytes = name.bytes, .bytes = bytes, .type = type, .used = true};
    memcpy(to->name, name.text, name.bytes);
    memcpy(to->data, data, bytes);
    find_key(key)->time = time;
    return 0;
}

static int32_t value_deleted(void *context, uint64_t key, struct cm_storage_text name, int64_t time)
{
    (void)context;
    told++;
    if (refusal == 0) {
        find_value(key, name)->used = false;
        find_key(key)->time = time;
    }
    return refusal;
}

static int32_t flush(void *context)
{
    (void)context;
    flushed++;
    return refusal;
}

static const struct cm_storage storage = {NULL, load, key_created, key_deleted, key_renamed,
    key_touched, key_secured, value_set, value_deleted, flush};

static int open_stored_machine(void)
{
    static const struct machine_host host = {.storage = &storage, .disk = -1, .cmos = -1};
    const dotsys_options options = {.size = sizeof(options), .log = quiet};
    return machine_open(&options, &host, &machine) == DOTSYS_OK ? 0 : -1;
}

static int restart(void)
{
    dotsys_machine_close(machine);
    return open_stored_machine();
}

/* ---- tests ----------------------------------------------------------------------------------- */

static HANDLE kept;

static NTSTATUS fill(void *unused)
{
    UNICODE_STRING class_name = RTL_STRING(u"Kind"), renamed = RTL_STRING(u"Renamed"),
                   text = RTL_STRING(u"Text");
    HANDLE key, child, gone, volatile_key;
    (void)unused;
    first_failure[0] = '\0';
    expect_status(ZwCreateKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Kept"), 0, &class_name, 0, NULL),
        STATUS_SUCCESS);
    child = make_key(SOFTWARE u"Kept\\Child", 0);
    gone = make_key(SOFTWARE u"Kept\\Gone", 0);
    volatile_key = make_key(SOFTWARE u"Kept\\Volatile", REG_OPTION_VOLATILE);
    expect_status(set_number(key, u"Number", 1), STATUS_SUCCESS);
    expect_status(set_number(key, u"NUMBER", 2), STATUS_SUCCESS);
    expect_status(set_number(key, u"Gone", 3), STATUS_SUCCESS);
    expect_status(ZwDeleteValueKey(key, U(u"gone")), STATUS_SUCCESS);
    expect_status(
        ZwSetValueKey(child, &text, 0, REG_SZ, (void *)(uintptr_t)u"abc", 8), STATUS_SUCCESS);
    expect_status(set_number(volatile_key, u"Number", 4), STATUS_SUCCESS);
    expect_status(NtRenameKey(child, &renamed), STATUS_SUCCESS);
    drop_key(gone);
    ZwClose(child);
    ZwClose(volatile_key);
    kept = key;
    return STATUS_SUCCESS;
}

static CMP_NODE *kept_node(void)
{
    return CmpFindChild(
        CmpFindChild(CmpFindChild(CmpRoot, U(u"machine")), U(u"software")), U(u"kept"));
}

static ULONG64 sum_of(const CMP_NODE *node)
{
    ULONG64 sum = 1;
    mix_node(&sum, node, TRUE);
    return sum;
}

/* Its going is written in the key it is in, but not told; so that key's own time is told after. */
static NTSTATUS drop_volatile(void *unused)
{
    HANDLE key;
    (void)unused;
    CmiDeleteKeyPath(U(u"HKLM\\Software\\Kept\\Volatile"));
    expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Kept")), STATUS_SUCCESS);
    expect_status(set_number(key, u"Last", 1), STATUS_SUCCESS);
    return ZwClose(key);
}

static void a_restarted_machine_has_the_same(void **state)
{
    (void)state;
    assert_int_equal(KeEnterKernel(fill, NULL, KernelMode), STATUS_SUCCESS);
    assert_string_equal(first_failure, "");
    assert_true(CmpChildCount(kept_node()) == 2);
    KeEnterKernel(drop_volatile, NULL, KernelMode); /* and with its value: it is not to be there
                                                       afterwards */
    ULONG64 before = tree_sum(FALSE), times = sum_of(kept_node());
    flushed = 0;
    assert_int_equal(restart(), 0);
    assert_int_equal(flushed, 1);
    assert_true(tree_sum(FALSE) == before);
    assert_true(sum_of(kept_node()) == times);
}

static NTSTATUS touch_volatile(void *unused)
{
    (void)unused;
    HANDLE key = make_key(u"\\Registry\\Machine\\Hardware\\Touched", REG_OPTION_VOLATILE);
    expect_status(set_number(key, u"Number", 4), STATUS_SUCCESS);
    drop_key(key);
    return STATUS_SUCCESS;
}

static void volatile_keys_are_not_told(void **state)
{
    (void)state;
    first_failure[0] = '\0';
    told = 0;
    KeEnterKernel(touch_volatile, NULL, KernelMode);
    assert_string_equal(first_failure, "");
    assert_int_equal(told, 0);
}

static NTSTATUS secure(void *unused)
{
    SECURITY_DESCRIPTOR *descriptor;
    HANDLE key;
    (void)unused;
    expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Kept")), STATUS_SUCCESS);
    expect_status(SeiParseSddl(U(u"D:(A;;KA;;;SY)"), &descriptor), STATUS_SUCCESS);
    expect_status(ZwSetSecurityObject(key, DACL_SECURITY_INFORMATION, descriptor), STATUS_SUCCESS);
    expect_equal(told, 1); /* with the change, not later */
    ExiFree(descriptor);
    ZwClose(key);
    return STATUS_SUCCESS;
}

static void descriptors_are_kept(void **state)
{
    (void)state;
    first_failure[0] = '\0';
    told = 0;
    KeEnterKernel(secure, NULL, KernelMode);
    assert_string_equal(first_failure, "");
    assert_int_equal(told, 1);
    ULONG64 before = tree_sum(FALSE);
    assert_int_equal(restart(), 0);
    assert_true(tree_sum(FALSE) == before);
}

static NTSTATUS try_everything(void *unused)
{
    UNICODE_STRING renamed = RTL_STRING(u"Other");
    KEY_WRITE_TIME_INFORMATION time = {.LastWriteTime = {.QuadPart = 5}};
    SECURITY_DESCRIPTOR *descriptor;
    HANDLE key, child;
    (void)unused;
    expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Kept")), STATUS_SUCCESS);
    expect_status(ZwOpenKey(&child, KEY_ALL_ACCESS, at(SOFTWARE u"Kept\\Renamed")), STATUS_SUCCESS);
    ULONG64 before = tree_sum(TRUE);
    refusal = STATUS_REGISTRY_IO_FAILED;
    HANDLE made;
    expect_status(ZwCreateKey(&made, KEY_READ, at(SOFTWARE u"Kept\\New"), 0, NULL, 0, NULL),
        STATUS_REGISTRY_IO_FAILED);
    expect_status(set_number(key, u"New", 1), STATUS_REGISTRY_IO_FAILED);
    expect_status(set_number(key, u"Number", 9), STATUS_REGISTRY_IO_FAILED);
    expect_status(ZwDeleteValueKey(key, U(u"Number")), STATUS_REGISTRY_IO_FAILED);
    expect_status(NtRenameKey(child, &renamed), STATUS_REGISTRY_IO_FAILED);
    expect_status(ZwDeleteKey(child), STATUS_REGISTRY_IO_FAILED);
    expect_status(NtSetInformationKey(key, KeyWriteTimeInformation, &time, sizeof(time)),
        STATUS_REGISTRY_IO_FAILED);
    expect_status(ZwFlushKey(key), STATUS_REGISTRY_IO_FAILED);
    expect_status(SeiParseSddl(U(u"D:(A;;KA;;;BA)"), &descriptor), STATUS_SUCCESS);
    expect_status(
        ZwSetSecurityObject(key, DACL_SECURITY_INFORMATION, descriptor), STATUS_REGISTRY_IO_FAILED);
    ExiFree(descriptor);
    expect(tree_sum(TRUE) == before);
    refusal = 0;
    expect_status(ZwFlushKey(key), STATUS_SUCCESS);
    ZwClose(child);
    ZwClose(key);
    return STATUS_SUCCESS;
}

static void what_is_refused_has_not_happened(void **state)
{
    (void)state;
    first_failure[0] = '\0';
    KeEnterKernel(try_everything, NULL, KernelMode);
    assert_string_equal(first_failure, "");
}

/* ---- control sets ---------------------------------------------------------------------------- */

static HANDLE select_key;

static void expect_sets(ULONG current, ULONG first, ULONG failed, ULONG good)
{
    expect_status(ZwOpenKey(&select_key, KEY_READ, at(u"\\Registry\\Machine\\System\\Select")),
        STATUS_SUCCESS);
    expect_equal(get_number(select_key, u"Current"), current);
    expect_equal(get_number(select_key, u"Default"), first);
    expect_equal(get_number(select_key, u"Failed"), failed);
    expect_equal(get_number(select_key, u"LastKnownGood"), good);
    ZwClose(select_key);
}

/* The value Mark of CurrentControlSet\Control. */
static ULONG mark_of(const WCHAR *set)
{
    HANDLE key;
    if (!NT_SUCCESS(ZwOpenKey(&key, KEY_READ, at(set))))
        return 0;
    ULONG number = get_number(key, u"Mark");
    ZwClose(key);
    return number;
}

static void set_mark(ULONG number)
{
    HANDLE key;
    expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS,
                      at(u"\\Registry\\Machine\\System\\CurrentControlSet\\Control")),
        STATUS_SUCCESS);
    expect_status(set_number(key, u"Mark", number), STATUS_SUCCESS);
    ZwClose(key);
}

#define CURRENT u"\\Registry\\Machine\\System\\CurrentControlSet\\Control"
#define SET(digits) u"\\Registry\\Machine\\System\\ControlSet" digits u"\\Control"

static NTSTATUS a_good_boot(void *unused)
{
    (void)unused;
    expect_sets(1, 1, 0, 1);
    expect(CmiBootIsLastKnownGood());
    expect_status(CmiFallBack(), STATUS_NOT_FOUND);
    set_mark(1);
    expect_status(CmiBootSucceeded(), STATUS_SUCCESS);
    expect_sets(1, 1, 0, 2);
    expect(!CmiBootIsLastKnownGood());
    expect_equal(mark_of(SET(u"002")), 1);
    set_mark(2);
    expect_equal(mark_of(SET(u"002")), 1); /* a copy */
    expect_status(CmiBootSucceeded(), STATUS_SUCCESS);
    expect_sets(1, 1, 0, 3);
    expect_equal(mark_of(SET(u"002")), 0); /* the copy before is gone */
    expect_equal(mark_of(SET(u"003")), 2);
    set_mark(3);
    return STATUS_SUCCESS;
}

static NTSTATUS a_bad_boot(void *unused)
{
    (void)unused;
    refusal = STATUS_REGISTRY_IO_FAILED;
    expect_status(CmiFallBack(), STATUS_REGISTRY_IO_FAILED);
    expect_status(CmiBootSucceeded(), STATUS_REGISTRY_IO_FAILED);
    refusal = 0;
    expect_sets(1, 1, 0, 3);
    expect_equal(mark_of(CURRENT), 3);
    expect_status(CmiFallBack(), STATUS_SUCCESS);
    expect_sets(3, 3, 1, 3);
    expect_equal(mark_of(CURRENT), 2);
    expect(CmiBootIsLastKnownGood());
    expect_status(CmiFallBack(), STATUS_NOT_FOUND);
    /* it is the current one now */
    expect_status(CmiDeleteKeyPath(U(u"HKLM\\System\\ControlSet003")), STATUS_CANNOT_DELETE);
    return STATUS_SUCCESS;
}

static NTSTATUS after_a_bad_boot(void *unused)
{
    (void)unused;
    expect_sets(3, 3, 1, 3);
    expect_equal(mark_of(CURRENT), 2);
    set_mark(4);
    expect_status(CmiBootSucceeded(), STATUS_SUCCESS);
    expect_sets(3, 3, 1, 2);
    expect_equal(mark_of(SET(u"002")), 4);
    expect_equal(mark_of(SET(u"001")), 3);
    return STATUS_SUCCESS;
}

static void control_sets(void **state)
{
    (void)state;
    first_failure[0] = '\0';
    KeEnterKernel(a_good_boot, NULL, KernelMode);
    assert_string_equal(first_failure, "");
    assert_int_equal(restart(), 0);
    KeEnterKernel(a_bad_boot, NULL, KernelMode);
    assert_string_equal(first_failure, "");
    assert_int_equal(restart(), 0);
    KeEnterKernel(after_a_bad_boot, NULL, KernelMode);
    assert_string_equal(first_failure, "");
}

/* ---- names of devices ------------------------------------------------------------------------ */

static NTSTATUS name_a_device(void *unused)
{
    HANDLE key;
    UNICODE_STRING name = RTL_STRING(u"MINE"), taken = RTL_STRING(u"NUL"), odd = RTL_STRING(u"ODD");
    (void)unused;
    expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS, at(CURRENT u"\\Session Manager\\DOS Devices")),
        STATUS_SUCCESS);
    expect_status(ZwSetValueKey(key, &name, 0, REG_SZ, (void *)(uintptr_t)u"\\Device\\Mine", 26),
        STATUS_SUCCESS);
    expect_status(ZwSetValueKey(key, &taken, 0, REG_SZ, (void *)(uintptr_t)u"\\Device\\Null", 24),
        STATUS_SUCCESS);
    expect_status(set_number(key, u"number", 5), STATUS_SUCCESS);
    expect_status(ZwSetValueKey(key, &odd, 0, REG_SZ, (void *)(uintptr_t)u"\\", 1), STATUS_SUCCESS);
    return ZwClose(key);
}

static NTSTATUS look_for_it(void *unused)
{
    UNICODE_STRING target;
    void *link;
    (void)unused;
    expect_status(ObiLookup(NULL, U(u"\\GLOBAL??\\mine"), OBJ_CASE_INSENSITIVE,
                      ObpSymbolicLinkObjectType, NULL, NULL, &link),
        STATUS_SUCCESS);
    expect_status(ObiGetLinkTarget(link, &target), STATUS_SUCCESS);
    expect(RtlEqualUnicodeString(&target, U(u"\\Device\\Mine"), FALSE));
    ExiFree(target.Buffer);
    ObfDereferenceObject(link);
    expect_status(
        ObiLookup(NULL, U(u"\\GLOBAL??\\number"), OBJ_CASE_INSENSITIVE, NULL, NULL, NULL, &link),
        STATUS_OBJECT_NAME_NOT_FOUND);
    return STATUS_SUCCESS;
}

static void device_names(void **state)
{
    (void)state;
    first_failure[0] = '\0';
    KeEnterKernel(name_a_device, NULL, KernelMode);
    assert_string_equal(first_failure, "");
    assert_int_equal(restart(), 0);
    KeEnterKernel(look_for_it, NULL, KernelMode);
    assert_string_equal(first_failure, "");
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void a_damaged_storage_is_no_machine(void **state)
{
    (void)state;
    dotsys_machine_close(machine);
    struct stored_key *orphan = find_key(3);
    assert_non_null(orphan);
    uint64_t parent = orphan->parent;
    orphan->parent = 77777;
    assert_int_equal(open_stored_machine(), -1);
    orphan->parent = parent;
    assert_int_equal(open_stored_machine(), 0);
}

static int setup(void **state)
{
    (void)state;
    return open_stored_machine();
}

static int teardown(void **state)
{
    close_machine(state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_restarted_machine_has_the_same),
        TEST(volatile_keys_are_not_told),
        TEST(descriptors_are_kept),
        TEST(what_is_refused_has_not_happened),
        TEST(control_sets),
        TEST(device_names),
        TEST(a_damaged_storage_is_no_machine),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
