/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* SIDs, lists and descriptors: building, checking, copying between the forms, inheriting,
 * capturing. */
#include "se_test.h"

/* ---- lists ----------------------------------------------------------------------------------- */

IN_KERNEL(lists_fill_up)
{
    union {
        ACL acl;
        UCHAR bytes[sizeof(ACL) + 2 * 20 + 3];
    } list;
    PVOID ace;
    expect_status(RtlCreateAcl(&list.acl, sizeof(ACL) - 1, ACL_REVISION), STATUS_BUFFER_TOO_SMALL);
    expect_status(RtlCreateAcl(&list.acl, sizeof(list), 1), STATUS_INVALID_PARAMETER);
    expect_status(RtlCreateAcl(&list.acl, sizeof(list), 5), STATUS_INVALID_PARAMETER);
    expect_status(RtlCreateAcl(&list.acl, 0x10000, ACL_REVISION), STATUS_INVALID_PARAMETER);
    expect_status(RtlCreateAcl(&list.acl, sizeof(list.bytes), ACL_REVISION), STATUS_SUCCESS);
    expect_equal(list.acl.AclSize, sizeof(ACL) + 40);
    expect_status(
        RtlAddAccessAllowedAce(&list.acl, ACL_REVISION, 1, SepSid(SEP_WORLD)), STATUS_SUCCESS);
    expect_status(RtlAddAccessAllowedAceEx(&list.acl, ACL_REVISION, 0x40, 2, SepSid(SEP_WORLD)),
        STATUS_INVALID_PARAMETER);
    expect_status(
        RtlAddAccessAllowedAceEx(&list.acl, ACL_REVISION, INHERIT_ONLY_ACE, 2, SepSid(SEP_SYSTEM)),
        STATUS_SUCCESS);
    expect_status(RtlAddAccessAllowedAce(&list.acl, ACL_REVISION, 3, SepSid(SEP_WORLD)),
        STATUS_ALLOTTED_SPACE_EXCEEDED);
    expect_equal(list.acl.AceCount, 2);
    expect_status(RtlGetAce(&list.acl, 1, &ace), STATUS_SUCCESS);
    expect_equal(((ACCESS_ALLOWED_ACE *)ace)->Mask, 2);
    expect_equal(((ACE_HEADER *)ace)->AceFlags, INHERIT_ONLY_ACE);
    expect_equal(((ACE_HEADER *)ace)->AceSize, 20);
    expect_status(RtlGetAce(&list.acl, 2, &ace), STATUS_INVALID_PARAMETER);
    expect_status(RtlDeleteAce(&list.acl, 2), STATUS_INVALID_PARAMETER);
    expect_status(RtlDeleteAce(&list.acl, 0), STATUS_SUCCESS);
    expect_equal(list.acl.AceCount, 1);
    expect_status(RtlGetAce(&list.acl, 0, &ace), STATUS_SUCCESS);
    expect_equal(((ACCESS_ALLOWED_ACE *)ace)->Mask, 2);
    SID bad = *SepSid(SEP_WORLD);
    bad.Revision = 3;
    expect_status(RtlAddAccessAllowedAce(&list.acl, ACL_REVISION, 3, &bad), STATUS_INVALID_SID);
    expect_status(
        RtlAddAccessAllowedAce(&list.acl, 5, 3, SepSid(SEP_WORLD)), STATUS_REVISION_MISMATCH);
    list.acl.AceCount = 9;
    expect_status(
        RtlAddAccessAllowedAce(&list.acl, ACL_REVISION, 3, SepSid(SEP_WORLD)), STATUS_INVALID_ACL);
}

IN_KERNEL(aces_go_in_anywhere)
{
    UCHAR bytes[200], source[200];
    ACL *list = (ACL *)(void *)bytes, *other = (ACL *)(void *)source;
    ULONG index = 1;
    PVOID ace;
    RtlCreateAcl(list, sizeof(bytes), ACL_REVISION);
    RtlCreateAcl(other, sizeof(source), ACL_REVISION);
    for (ACCESS_MASK mask = 1; mask <= 2; mask++) {
        RtlAddAccessAllowedAce(list, ACL_REVISION, mask, SepSid(SEP_WORLD));
        SepAddAce(other, ACL_REVISION, ACCESS_DENIED_ACE_TYPE, 0, mask * 16, SepSid(SEP_SYSTEM));
    }
    expect_status(RtlAddAce(list, ACL_REVISION, 1, SepFirstAce(other), 40), STATUS_SUCCESS);
    expect_status(RtlAddAce(list, ACL_REVISION, MAXULONG, SepFirstAce(other), 20), STATUS_SUCCESS);
    expect_status(
        RtlAddAce(list, ACL_REVISION, 0, SepFirstAce(other), 19), STATUS_INVALID_PARAMETER);
    static const ACCESS_MASK wanted[] = {1, 16, 32, 2, 16};
    expect_equal(list->AceCount, 5);
    for (ULONG at = 0; at < 5; at++) {
        expect_status(RtlGetAce(list, at, &ace), STATUS_SUCCESS);
        expect_equal(((ACCESS_ALLOWED_ACE *)ace)->Mask, wanted[at]);
    }
    expect(RtlFindAceByType(list, ACCESS_ALLOWED_ACE_TYPE, &index) != NULL);
    expect_equal(index, 3);
    expect(RtlFindAceByType(list, ACCESS_DENIED_ACE_TYPE, NULL) != NULL);
    expect(RtlFindAceByType(list, SYSTEM_AUDIT_ACE_TYPE, NULL) == NULL);
    while (NT_SUCCESS(RtlAddAce(list, ACL_REVISION, 0, SepFirstAce(other), 40)))
        ;
    expect_status(
        RtlAddAce(list, ACL_REVISION, 0, SepFirstAce(other), 40), STATUS_BUFFER_TOO_SMALL);
    expect(SepValidAcl(list, sizeof(bytes)));
}

IN_KERNEL(sids_are_built)
{
    SID_IDENTIFIER_AUTHORITY nt = SECURITY_NT_AUTHORITY;
    SEP_SID sid, copy;
    expect_equal(RtlLengthRequiredSid(0), 8);
    expect_equal(RtlLengthRequiredSid(15), 68);
    expect_status(RtlInitializeSid(&sid, &nt, 16), STATUS_INVALID_PARAMETER);
    expect_status(RtlInitializeSid(&sid, &nt, 2), STATUS_SUCCESS);
    *RtlSubAuthoritySid(&sid, 0) = 32;
    *RtlSubAuthoritySid(&sid, 1) = 544;
    expect_equal(*RtlSubAuthorityCountSid(&sid), 2);
    expect_equal(RtlLengthSid(&sid), 16);
    expect(RtlValidSid(&sid) && !RtlValidSid(NULL));
    expect(RtlEqualSid(&sid, SeExports->SeAliasAdminsSid));
    expect_status(RtlCopySid(15, &copy, &sid), STATUS_BUFFER_TOO_SMALL);
    expect_status(RtlCopySid(sizeof(copy), &copy, &sid), STATUS_SUCCESS);
    expect(RtlEqualSid(&sid, &copy));
    *RtlSubAuthoritySid(&copy, 1) = 545;
    expect(!RtlEqualSid(&sid, &copy));
    expect_status(RtlInitializeSidEx(&copy, &nt, 3, 21, 7, 8), STATUS_SUCCESS);
    expect_equal(*RtlSubAuthoritySid(&copy, 2), 8);
    sid.Sid.SubAuthorityCount = 16;
    expect(!RtlValidSid(&sid));
}

/* ---- descriptors ----------------------------------------------------------------------------- */

IN_KERNEL(absolute_descriptors)
{
    SECURITY_DESCRIPTOR sd;
    BOOLEAN present = TRUE, defaulted = FALSE;
    PSID sid;
    ACL *acl = NULL, empty;
    expect_status(RtlCreateSecurityDescriptor(&sd, 2), STATUS_UNKNOWN_REVISION);
    expect_status(RtlCreateSecurityDescriptor(&sd, 1), STATUS_SUCCESS);
    expect(RtlValidSecurityDescriptor(&sd));
    expect_equal(RtlLengthSecurityDescriptor(&sd), sizeof(sd));
    expect_status(RtlGetDaclSecurityDescriptor(&sd, &present, &acl, &defaulted), STATUS_SUCCESS);
    expect(!present && acl == NULL);
    RtlCreateAcl(&empty, sizeof(empty), ACL_REVISION);
    expect_status(RtlSetDaclSecurityDescriptor(&sd, TRUE, &empty, TRUE), STATUS_SUCCESS);
    expect_status(RtlSetSaclSecurityDescriptor(&sd, TRUE, NULL, FALSE), STATUS_SUCCESS);
    expect_status(RtlSetOwnerSecurityDescriptor(&sd, SepSid(SEP_SYSTEM), TRUE), STATUS_SUCCESS);
    expect_status(RtlSetGroupSecurityDescriptor(&sd, SepSid(SEP_USERS), FALSE), STATUS_SUCCESS);
    expect_status(RtlGetDaclSecurityDescriptor(&sd, &present, &acl, &defaulted), STATUS_SUCCESS);
    expect(present && acl == &empty && defaulted);
    expect_status(RtlGetSaclSecurityDescriptor(&sd, &present, &acl, &defaulted), STATUS_SUCCESS);
    expect(present && acl == NULL && !defaulted);
    expect_status(RtlGetOwnerSecurityDescriptor(&sd, &sid, &defaulted), STATUS_SUCCESS);
    expect(sid == SepSid(SEP_SYSTEM) && defaulted);
    expect_status(RtlGetGroupSecurityDescriptor(&sd, &sid, &defaulted), STATUS_SUCCESS);
    expect(sid == SepSid(SEP_USERS) && !defaulted);
    expect_equal(RtlLengthSecurityDescriptor(&sd), sizeof(sd) + sizeof(ACL) + 12 + 16);
    expect_status(RtlSetDaclSecurityDescriptor(&sd, FALSE, NULL, FALSE), STATUS_SUCCESS);
    expect_status(RtlGetDaclSecurityDescriptor(&sd, &present, &acl, &defaulted), STATUS_SUCCESS);
    expect(!present);
    sd.Control |= SE_SELF_RELATIVE;
    expect_status(
        RtlSetDaclSecurityDescriptor(&sd, TRUE, NULL, FALSE), STATUS_INVALID_SECURITY_DESCR);
    expect_status(RtlSetOwnerSecurityDescriptor(&sd, NULL, FALSE), STATUS_INVALID_SECURITY_DESCR);
    sd.Revision = 2;
    expect_status(RtlSetGroupSecurityDescriptor(&sd, NULL, FALSE), STATUS_UNKNOWN_REVISION);
    expect_status(RtlGetOwnerSecurityDescriptor(&sd, &sid, &defaulted), STATUS_UNKNOWN_REVISION);
    expect(!RtlValidSecurityDescriptor(&sd));
}

IN_KERNEL(between_the_forms)
{
    SECURITY_DESCRIPTOR *sd = parse(
                            u"O:BAG:BUD:P(A;;GA;;;SY)(A;;GR;;;S-1-5-21-1-2-3-4)S:(ML;;NW;;;LW)"),
                        absolute;
    UCHAR relative[300], dacl[100], sacl[100], owner[40], group[40];
    ULONG size[5] = {0};
    ULONG length = SeiValidateDescriptor(sd, MAXUSHORT);
    expect_equal(RtlLengthSecurityDescriptor(sd), length);
    expect(RtlValidRelativeSecurityDescriptor(sd, length,
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
            SACL_SECURITY_INFORMATION));
    expect_status(RtlSelfRelativeToAbsoluteSD(sd, NULL, &size[0], NULL, &size[1], NULL, &size[2],
                      NULL, &size[3], NULL, &size[4]),
        STATUS_BUFFER_TOO_SMALL);
    expect_equal(size[0], sizeof(SECURITY_DESCRIPTOR));
    expect_equal(size[3], 16);
    expect_status(RtlSelfRelativeToAbsoluteSD(sd, &absolute, &size[0], (ACL *)(void *)dacl,
                      &size[1], (ACL *)(void *)sacl, &size[2], owner, &size[3], group, &size[4]),
        STATUS_SUCCESS);
    expect(RtlValidSecurityDescriptor(&absolute));
    expect(absolute.Dacl == (void *)dacl && absolute.Owner == (void *)owner);
    expect_status(RtlSelfRelativeToAbsoluteSD(&absolute, &absolute, &size[0], NULL, &size[1], NULL,
                      &size[2], NULL, &size[3], NULL, &size[4]),
        STATUS_BAD_DESCRIPTOR_FORMAT);
    length = 4;
    expect_status(
        RtlAbsoluteToSelfRelativeSD(&absolute, relative, &length), STATUS_BUFFER_TOO_SMALL);
    expect_status(RtlAbsoluteToSelfRelativeSD(&absolute, relative, &length), STATUS_SUCCESS);
    expect(memcmp(relative, sd, length) == 0);
    expect_status(
        RtlAbsoluteToSelfRelativeSD(relative, relative, &length), STATUS_BAD_DESCRIPTOR_FORMAT);
    ExiFree(sd);
}

/* Every byte of a good descriptor is spoilt, every length tried: it is found good only within its
 * bytes. */
IN_KERNEL(spoilt_descriptors_are_found_out)
{
    SECURITY_DESCRIPTOR *sd = parse(u"O:BAG:BUD:P(A;;GA;;;SY)(D;;GR;;;WD)S:(ML;;NW;;;LW)");
    ULONG length = SeiValidateDescriptor(sd, MAXUSHORT);
    UCHAR *copy = ExiAllocate(NonPagedPoolNx, length, 1, 0);
    unsigned accepted = 0;
    for (ULONG limit = 0; limit < length; limit++)
        expect(!SeValidSecurityDescriptor(limit, sd));
    expect(SeValidSecurityDescriptor(length, sd));
    for (ULONG at = 0; at < length; at++) {
        static const UCHAR value[] = {0, 1, 0x7F, 0x80, 0xFF, 0xFC};
        for (unsigned index = 0; index < sizeof(value); index++) {
            memcpy(copy, sd, length);
            copy[at] = value[index];
            ULONG valid = SeiValidateDescriptor((SECURITY_DESCRIPTOR *)(void *)copy, length);
            expect(valid <= length);
            if (valid != 0) {
                /* What is accepted can be used. */
                accepted++;
                granted(SeiUserToken, (SECURITY_DESCRIPTOR *)(void *)copy, MAXIMUM_ALLOWED);
                expect(RtlLengthSecurityDescriptor(copy) != 0);
            }
        }
    }
    expect(accepted > 0);
    ExiFree(copy);
    ExiFree(sd);
}

/* ---- inheritance ----------------------------------------------------------------------------- */

static SECURITY_DESCRIPTOR *assign(const SECURITY_DESCRIPTOR *parent,
    const SECURITY_DESCRIPTOR *explicit, BOOLEAN container, SE_TOKEN *token)
{
    SECURITY_SUBJECT_CONTEXT context = {.PrimaryToken = token};
    PSECURITY_DESCRIPTOR result = NULL;
    expect_status(SeAssignSecurity((PSECURITY_DESCRIPTOR)(uintptr_t)parent,
                      (PSECURITY_DESCRIPTOR)(uintptr_t) explicit, &result, container, &context,
                      FILE_MAPPING, PagedPool),
        STATUS_SUCCESS);
    expect(SeiValidateDescriptor(result, MAXUSHORT) != 0);
    return result;
}

static void release(SECURITY_DESCRIPTOR *sd)
{
    PSECURITY_DESCRIPTOR pointer = sd;
    expect_status(SeDeassignSecurity(&pointer), STATUS_SUCCESS);
    expect(pointer == NULL);
}

static void expect_entry(const SECURITY_DESCRIPTOR *sd, ULONG index, UCHAR flags, ACCESS_MASK mask,
    const SID *sid, int line)
{
    const ACCESS_ALLOWED_ACE *ace = ace_of(sd, index);
    expect_at(ace != NULL, "there is an entry", line);
    if (ace != NULL) {
        expect_equal_at(ace->Header.AceFlags, flags, "flags", line);
        expect_equal_at(ace->Mask, mask, "mask", line);
        expect_at(SepEqualSid(SepAceSid(ace), sid), "the SID is the one", line);
    }
}

#define expect_entry(sd, index, flags, mask, sid) \
    expect_entry(sd, index, flags, mask, sid, __LINE__)

IN_KERNEL(without_anything_the_token_decides)
{
    SECURITY_DESCRIPTOR *sd = assign(NULL, NULL, FALSE, SeiUserToken);
    SEP_PARTS parts;
    SepGetParts(sd, &parts);
    expect(SepEqualSid(parts.Owner, SepSid(SEP_MACHINE_USER)));
    expect(SepEqualSid(parts.Group, SepSid(SEP_MACHINE_GROUP)));
    expect_equal(parts.Dacl->AceCount, 2);
    expect_entry(sd, 0, 0, FILE_ALL_ACCESS, SepSid(SEP_MACHINE_USER));
    expect_equal(granted(SeiAdministratorToken, sd, FILE_READ_DATA), 0);
    release(sd);
    sd = assign(NULL, NULL, FALSE, SeiSystemToken);
    expect_equal(granted(SeiAdministratorToken, sd, FILE_READ_DATA), FILE_READ_DATA);
    expect_equal(granted(SeiUserToken, sd, FILE_READ_DATA), 0);
    release(sd);
}

IN_KERNEL(what_is_asked_for_is_mapped)
{
    SECURITY_DESCRIPTOR *wanted = parse(u"D:P(A;;GRGX;;;WD)(A;OICIIO;GA;;;CO)(A;OI;GA;;;CO)");
    SECURITY_DESCRIPTOR *sd = assign(NULL, wanted, FALSE, SeiUserToken);
    SEP_PARTS parts;
    SepGetParts(sd, &parts);
    expect(parts.Control & SE_DACL_PROTECTED);
    expect_entry(sd, 0, 0, FILE_GENERIC_READ | FILE_GENERIC_EXECUTE, SepSid(SEP_WORLD));
    release(sd);
    sd = assign(NULL, wanted, TRUE, SeiUserToken);
    expect_entry(sd, 0, 0, FILE_GENERIC_READ | FILE_GENERIC_EXECUTE, SepSid(SEP_WORLD));
    expect_entry(sd, 1, OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE, GENERIC_ALL,
        SepSid(SEP_CREATOR_OWNER));
    expect_entry(sd, 2, 0, FILE_ALL_ACCESS, SepSid(SEP_MACHINE_USER));
    expect_entry(
        sd, 3, OBJECT_INHERIT_ACE | INHERIT_ONLY_ACE, GENERIC_ALL, SepSid(SEP_CREATOR_OWNER));
    release(sd);
    ExiFree(wanted);
}

IN_KERNEL(what_the_parent_passes_on)
{
    SECURITY_DESCRIPTOR *parent = parse(
        u"D:(A;;FA;;;SY)(A;OI;FR;;;BU)(A;CI;FW;;;BA)(A;OICINP;FX;;;WD)(A;OICIIO;GA;;;CO)");
    SECURITY_DESCRIPTOR *sd = assign(parent, NULL, FALSE, SeiUserToken);
    SEP_PARTS parts;
    SepGetParts(sd, &parts);
    expect_equal(parts.Dacl->AceCount, 3);
    expect_entry(sd, 0, 0, FILE_GENERIC_READ, SepSid(SEP_USERS));
    expect_entry(sd, 1, 0, FILE_GENERIC_EXECUTE, SepSid(SEP_WORLD));
    expect_entry(sd, 2, 0, FILE_ALL_ACCESS, SepSid(SEP_MACHINE_USER));
    release(sd);
    sd = assign(parent, NULL, TRUE, SeiUserToken);
    SepGetParts(sd, &parts);
    expect_equal(parts.Dacl->AceCount, 5);
    expect_entry(
        sd, 0, OBJECT_INHERIT_ACE | INHERIT_ONLY_ACE, FILE_GENERIC_READ, SepSid(SEP_USERS));
    expect_entry(sd, 1, CONTAINER_INHERIT_ACE, FILE_GENERIC_WRITE, SepSid(SEP_ADMINISTRATORS));
    expect_entry(sd, 2, 0, FILE_GENERIC_EXECUTE, SepSid(SEP_WORLD));
    expect_entry(sd, 3, 0, FILE_ALL_ACCESS, SepSid(SEP_MACHINE_USER));
    expect_entry(sd, 4, OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE, GENERIC_ALL,
        SepSid(SEP_CREATOR_OWNER));
    release(sd);
    /* What is asked for comes before it. */
    SECURITY_DESCRIPTOR *wanted = parse(u"D:(A;;FR;;;SY)");
    sd = assign(parent, wanted, FALSE, SeiUserToken);
    SepGetParts(sd, &parts);
    expect_equal(parts.Dacl->AceCount, 1);
    release(sd);
    ExiFree(wanted);
    ExiFree(parent);
}

IN_KERNEL(not_everyone_may_be_the_owner)
{
    SECURITY_SUBJECT_CONTEXT context = {.PrimaryToken = SeiUserToken};
    SECURITY_DESCRIPTOR *wanted = parse(u"O:BA");
    PSECURITY_DESCRIPTOR result;
    expect_status(SeAssignSecurity(NULL, wanted, &result, FALSE, &context, FILE_MAPPING, PagedPool),
        STATUS_INVALID_OWNER);
    release(assign(NULL, wanted, FALSE, SeiAdministratorToken));
    ExiFree(wanted);
    wanted = parse(u"S:(AU;SA;FA;;;WD)");
    expect_status(SeAssignSecurity(NULL, wanted, &result, FALSE, &context, FILE_MAPPING, PagedPool),
        STATUS_PRIVILEGE_NOT_HELD);
    ExiFree(wanted);
    wanted = parse(u"S:(ML;;NW;;;LW)");
    expect_status(SeAssignSecurityEx(
                      NULL, wanted, &result, NULL, FALSE, 0, &context, FILE_MAPPING, PagedPool),
        STATUS_SUCCESS);
    release(result);
    ExiFree(wanted);
}

/* ---- in and out ------------------------------------------------------------------------------ */

IN_KERNEL(descriptors_are_captured)
{
    SECURITY_DESCRIPTOR *sd = parse(u"O:BAD:(A;;GA;;;SY)"), absolute;
    PSECURITY_DESCRIPTOR copy = NULL;
    ULONG length = RtlLengthSecurityDescriptor(sd);
    expect_status(
        SeCaptureSecurityDescriptor(NULL, UserMode, PagedPool, TRUE, &copy), STATUS_SUCCESS);
    expect(copy == NULL);
    expect_status(
        SeCaptureSecurityDescriptor(sd, KernelMode, PagedPool, FALSE, &copy), STATUS_SUCCESS);
    expect(copy == sd);
    SeReleaseSecurityDescriptor(copy, KernelMode, FALSE);
    expect_status(
        SeCaptureSecurityDescriptor(sd, KernelMode, PagedPool, TRUE, &copy), STATUS_SUCCESS);
    expect(copy != sd && memcmp(copy, sd, length) == 0);
    SeReleaseSecurityDescriptor(copy, KernelMode, TRUE);
    /* Kernel memory is no place for a user's descriptor. */
    expect_status(
        SeCaptureSecurityDescriptor(sd, UserMode, PagedPool, TRUE, &copy), STATUS_ACCESS_VIOLATION);
    static UCHAR user[300];
    memcpy(user, sd, length);
    expect_status(
        SeCaptureSecurityDescriptor(user, UserMode, PagedPool, TRUE, &copy), STATUS_SUCCESS);
    expect(memcmp(copy, sd, length) == 0);
    SeReleaseSecurityDescriptor(copy, UserMode, TRUE);
    user[0] = 2;
    expect_status(SeCaptureSecurityDescriptor(user, UserMode, PagedPool, TRUE, &copy),
        STATUS_UNKNOWN_REVISION);
    RtlCreateSecurityDescriptor(&absolute, 1);
    RtlSetOwnerSecurityDescriptor(&absolute, user, FALSE);
    expect_status(SeCaptureSecurityDescriptor(&absolute, KernelMode, PagedPool, TRUE, &copy),
        STATUS_INVALID_SID);
    RtlSetOwnerSecurityDescriptor(&absolute, NULL, FALSE);
    RtlSetDaclSecurityDescriptor(&absolute, TRUE, (ACL *)(void *)(user + 100), FALSE);
    expect_status(SeCaptureSecurityDescriptor(&absolute, KernelMode, PagedPool, TRUE, &copy),
        STATUS_INVALID_ACL);
    memset(user, 0, sizeof(user));
    RtlCreateSecurityDescriptor(user, 1);
    RtlSetDaclSecurityDescriptor(user, TRUE, (ACL *)0x1000, FALSE);
    expect_status(SeCaptureSecurityDescriptor(user, UserMode, PagedPool, TRUE, &copy),
        STATUS_ACCESS_VIOLATION);
    ExiFree(sd);
}

IN_KERNEL(parts_are_read_and_replaced)
{
    SECURITY_DESCRIPTOR *sd = parse(u"O:BAG:BUD:(A;;FA;;;SY)"),
                        *change = parse(u"O:SYD:(A;;GR;;;WD)");
    PSECURITY_DESCRIPTOR current = sd, result = sd;
    SECURITY_INFORMATION information = OWNER_SECURITY_INFORMATION;
    UCHAR buffer[200];
    ULONG length = 0;
    SEP_PARTS parts;
    expect_status(SeQuerySecurityDescriptorInfo(&information, buffer, &length, &current),
        STATUS_BUFFER_TOO_SMALL);
    expect_equal(length, 20 + 16);
    expect_status(
        SeQuerySecurityDescriptorInfo(&information, buffer, &length, &current), STATUS_SUCCESS);
    SepGetParts((SECURITY_DESCRIPTOR *)(void *)buffer, &parts);
    expect(parts.Owner != NULL && parts.Group == NULL && parts.Dacl == NULL);
    expect_equal(parts.Control, SE_SELF_RELATIVE);

    information = DACL_SECURITY_INFORMATION;
    expect_status(
        SeSetSecurityDescriptorInfo(NULL, &information, change, &result, PagedPool, FILE_MAPPING),
        STATUS_SUCCESS);
    SepGetParts(result, &parts);
    expect(SepEqualSid(parts.Owner, SepSid(SEP_ADMINISTRATORS)));
    expect_entry(result, 0, 0, FILE_GENERIC_READ, SepSid(SEP_WORLD));
    ExFreePool(result);
    result = sd;
    information = GROUP_SECURITY_INFORMATION;
    expect_status(
        SeSetSecurityDescriptorInfo(NULL, &information, change, &result, PagedPool, FILE_MAPPING),
        STATUS_INVALID_PRIMARY_GROUP);
    expect(result == sd);
    result = NULL;
    expect_status(
        SeSetSecurityDescriptorInfo(NULL, &information, change, &result, PagedPool, FILE_MAPPING),
        STATUS_NO_SECURITY_ON_OBJECT);
    ExiFree(change);
    ExiFree(sd);
}

IN_KERNEL(objects_have_descriptors)
{
    SECURITY_DESCRIPTOR *change = parse(u"D:(A;;GR;;;WD)(A;;GA;;;SY)");
    OBJECT_ATTRIBUTES attributes;
    PSECURITY_DESCRIPTOR read = NULL;
    UCHAR buffer[300];
    HANDLE handle;
    BOOLEAN allocated;
    ULONG length;
    void *event;
    InitializeObjectAttributes(&attributes, U(u"\\BaseNamedObjects\\Secured"), 0, NULL, NULL);
    expect_status(
        ZwCreateEvent(&handle, EVENT_ALL_ACCESS | WRITE_DAC, &attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    ObiReferenceByHandle(handle, NULL, KernelMode, &event, NULL);
    expect_status(ZwQuerySecurityObject(handle, DACL_SECURITY_INFORMATION, buffer, 8, &length),
        STATUS_BUFFER_TOO_SMALL);
    expect_status(
        ZwQuerySecurityObject(handle, DACL_SECURITY_INFORMATION, buffer, sizeof(buffer), &length),
        STATUS_SUCCESS);
    expect_equal(SeiValidateDescriptor((SECURITY_DESCRIPTOR *)(void *)buffer, length), length);
    expect_status(ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, change), STATUS_SUCCESS);
    expect_status(ObGetObjectSecurity(event, &read, &allocated), STATUS_SUCCESS);
    expect_entry(read, 0, 0, STANDARD_RIGHTS_READ | EVENT_QUERY_STATE, SepSid(SEP_WORLD));
    ObReleaseObjectSecurity(read, allocated);
    OB_ACCESS access = {.Desired = EVENT_MODIFY_STATE, .Mode = UserMode};
    expect_status(ObiCheckAccess(event, &access), STATUS_ACCESS_DENIED);
    access.Desired = GENERIC_READ;
    expect_status(ObiCheckAccess(event, &access), STATUS_SUCCESS);
    expect_equal(access.Granted, STANDARD_RIGHTS_READ | EVENT_QUERY_STATE);
    expect_status(
        ZwSetSecurityObject(handle, OWNER_SECURITY_INFORMATION, change), STATUS_INVALID_OWNER);
    expect_status(
        ObSetSecurityObjectByPointer(event, DACL_SECURITY_INFORMATION, change), STATUS_SUCCESS);
    for (LONG nth = 1;; nth++) {
        MmFailAllocation(nth, FALSE);
        NTSTATUS status = ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, change);
        if (NT_SUCCESS(status))
            status = ZwQuerySecurityObject(
                handle, DACL_SECURITY_INFORMATION, buffer, sizeof(buffer), &length);
        MmFailAllocation(0, FALSE);
        if (NT_SUCCESS(status))
            break;
        expect_status(status, STATUS_INSUFFICIENT_RESOURCES);
    }
    ObfDereferenceObject(event);
    ZwClose(handle);
    ExiFree(change);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_fill_up),
        TEST(aces_go_in_anywhere),
        TEST(sids_are_built),
        TEST(absolute_descriptors),
        TEST(between_the_forms),
        TEST(spoilt_descriptors_are_found_out),
        TEST(without_anything_the_token_decides),
        TEST(what_is_asked_for_is_mapped),
        TEST(what_the_parent_passes_on),
        TEST(not_everyone_may_be_the_owner),
        TEST(descriptors_are_captured),
        TEST(parts_are_read_and_replaced),
        TEST(objects_have_descriptors),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
