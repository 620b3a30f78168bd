/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes security descriptors and SDDL: bytes are refused, or a descriptor whose parts lie in them
 * and that everything which takes descriptors takes; a text is refused, or becomes a descriptor
 * that is valid.
 *
 * An input is one byte that chooses, and the bytes or the text (UTF-16).
 */
#include "se/sep.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/kernel.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 1024;

static const GENERIC_MAPPING mapping = {
    FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};

static void look_at_sid(SID *sid)
{
    UNICODE_STRING text;

    if (sid == NULL)
        return;
    look(sid, RtlLengthSid(sid));
    if (!RtlValidSid(sid) || !RtlEqualSid(sid, sid))
        fuzz_fail("a SID of a valid descriptor is none");
    if (NT_SUCCESS(RtlConvertSidToUnicodeString(&text, sid, TRUE)))
        RtlFreeUnicodeString(&text);
}

static void look_at_acl(ACL *acl)
{
    void *ace;

    for (ULONG i = 0; acl != NULL && i < acl->AceCount; i++) {
        if (!NT_SUCCESS(RtlGetAce(acl, i, &ace)))
            fuzz_fail("an ACL of a valid descriptor has fewer entries");
        look(ace, ((const ACE_HEADER *)ace)->AceSize);
    }
}

/* A descriptor of its own memory, which goes. */
static void use(SECURITY_DESCRIPTOR *descriptor)
{
    ACCESS_MASK granted;
    SEP_PARTS parts;

    SepGetParts(descriptor, &parts);
    look_at_sid(parts.Owner);
    look_at_sid(parts.Group);
    look_at_acl(parts.Dacl);
    look_at_acl(parts.Sacl);
    SeiCheckTokenAccess(SeiUserToken, descriptor, MAXIMUM_ALLOWED, &mapping, &granted);
    SeiMapDescriptor(descriptor, &mapping);
    if (SeiValidateDescriptor(descriptor, RtlLengthSecurityDescriptor(descriptor)) == 0)
        fuzz_fail("a valid descriptor is none any more");
    ExiFree(descriptor);
}

static void take_descriptor(struct input *input)
{
    SECURITY_DESCRIPTOR *copy;
    PSECURITY_DESCRIPTOR captured;
    size_t size;
    void *bytes = take_bytes(input, fuzz_most, &size);

    RtlValidRelativeSecurityDescriptor(bytes, (ULONG)size, DACL_SECURITY_INFORMATION);
    if (SeValidSecurityDescriptor((ULONG)size, bytes)) {
        if (NT_SUCCESS(SeiCopyDescriptor(bytes, &copy)))
            use(copy);
        if (NT_SUCCESS(SeCaptureSecurityDescriptor(bytes, KernelMode, PagedPool, TRUE, &captured)))
            SeReleaseSecurityDescriptor(captured, KernelMode, TRUE);
    }
    free(bytes);
}

static void take_sddl(struct input *input)
{
    SECURITY_DESCRIPTOR *descriptor;
    size_t size;
    void *text = take_bytes(input, fuzz_most, &size);
    const UNICODE_STRING string = {(USHORT)(size & ~(size_t)1), (USHORT)size, text};

    if (NT_SUCCESS(SeiParseSddl(&string, &descriptor))) {
        if (!SeValidSecurityDescriptor(RtlLengthSecurityDescriptor(descriptor), descriptor))
            fuzz_fail("SDDL makes a descriptor that is none");
        use(descriptor);
    }
    free(text);
}

static NTSTATUS run(void *input)
{
    if (take(input, 1) % 2 == 0)
        take_descriptor(input);
    else
        take_sddl(input);
    return STATUS_SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};

    fuzz_in_kernel(run, &input);
    return 0;
}

static const char *const texts[] = {
    "O:BAG:SYD:P(A;;GA;;;SY)(A;OICI;GRGW;;;BU)(D;;0x1f01ff;;;S-1-5-21-1-2-3-500)",
    "D:AI(A;IO;FA;;;WD)S:(AU;SAFA;FW;;;BG)",
    "D:NO_ACCESS_CONTROL",
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

const unsigned fuzz_seeds = TEXTS + 1;

/* A descriptor with an owner, a group and a list of two. */
static size_t make_descriptor(uint8_t *data)
{
    /* offsets */
    static const uint8_t descriptor[] = {1, 0, 4, 0x80, 20, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 44, 0,
        0, 0,
        /* SYSTEM, twice */
        1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,
        /* the list */
        2, 0, 48, 0, 2, 0, 0, 0,
        /* everyone, all */
        0, 0, 20, 0, 0, 0, 0, 16, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
        /* anonymous, nothing */
        1, 3, 20, 0, 0, 0, 0, 64, 1, 1, 0, 0, 0, 0, 0, 5, 7, 0, 0, 0};

    memcpy(data, descriptor, sizeof(descriptor));
    return sizeof(descriptor);
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t size = 1;

    data[0] = which < TEXTS;
    if (which == TEXTS)
        return 1 + make_descriptor(data + 1);
    for (const char *at = texts[which]; *at != '\0'; at++) {
        data[size++] = (uint8_t)*at;
        data[size++] = 0;
    }
    return size;
}
