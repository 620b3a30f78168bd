/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlOplockKeysEqual, IoGetOplockKeyContext, IoGetOplockKeyContextEx - the keys that come with
 * opens, and make several file objects one holder of oplocks.
 */
#include "oplock_test.h"

static const GUID KeyType = {
    0x48850596, 0x3050, 0x4be7, {0x98, 0x63, 0xfe, 0xc3, 0x50, 0xce, 0x8d, 0x7f}};

static const GUID DualKeyType = {
    0x41621a14, 0xb08b, 0x4df1, {0xb6, 0x76, 0xa0, 0x5f, 0xfd, 0xf0, 0x1b, 0xea}};

typedef struct SINGLE_KEY { /* OPLOCK_KEY_ECP_CONTEXT */
    GUID Key;
    ULONG Reserved;
} SINGLE_KEY;

typedef struct DUAL_KEY { /* DUAL_OPLOCK_KEY_ECP_CONTEXT */
    GUID Parent, Target;
    BOOLEAN ParentSet, TargetSet;
} DUAL_KEY;

typedef struct KEYS { /* OPLOCK_KEY_CONTEXT */
    USHORT Version, Flags; /* 1: the folder's is there; 2: the file's */
    GUID Parent, Target;
    ULONG Reserved;
} KEYS;

typedef KEYS *(NTAPI *GET_KEYS)(PFILE_OBJECT File);

static BOOLEAN IsKey(const GUID *Key, const GUID *Expected)
{
    return RtlCompareMemory(Key, Expected, sizeof(*Key)) == sizeof(*Key);
}

static PFILE_OBJECT OpenRoot(VOID)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    PFILE_OBJECT Root = NULL;
    KTEST_STRING(Name, L"\\SystemRoot");

    InitializeObjectAttributes(
        &Object, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Object, &Io,
                          FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_DIRECTORY_FILE),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&Root, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return Root;
}

/* Has Irp come with a parameter, in a list that goes with it. */
static BOOLEAN Give(PIRP Irp, const GUID *Type, const VOID *Bytes, ULONG Count)
{
    NTSTATUS(NTAPI * AllocateList)
    (ULONG, PVOID *) = KtestExport(L"FsRtlAllocateExtraCreateParameterList");
    NTSTATUS(NTAPI *Allocate)(const GUID *, ULONG, ULONG, PVOID, ULONG, PVOID *) =
        KtestExport(L"FsRtlAllocateExtraCreateParameter");
    NTSTATUS(NTAPI *Insert)(PVOID, PVOID) = KtestExport(L"FsRtlInsertExtraCreateParameter");
    NTSTATUS(NTAPI *SetList)(PIRP, PVOID) = KtestExport(L"FsRtlSetEcpListIntoIrp");
    PVOID List, Parameter;

    if (!CHECK(AllocateList != NULL && Allocate != NULL && Insert != NULL && SetList != NULL) ||
        !CHECK_STATUS(AllocateList(0, &List), STATUS_SUCCESS) ||
        !CHECK_STATUS(Allocate(Type, Count, 0, NULL, 'tseT', &Parameter), STATUS_SUCCESS))
        return FALSE;
    RtlCopyMemory(Parameter, Bytes, Count);
    return CHECK_STATUS(Insert(List, Parameter), STATUS_SUCCESS) &&
        CHECK_STATUS(SetList(Irp, List), STATUS_SUCCESS);
}

/* File is opened with a parameter that has keys. */
static VOID OpenWith(PFILE_OBJECT File, const GUID *Type, const VOID *Bytes, ULONG Count)
{
    CHECK_EX CheckEx = (CHECK_EX)(ULONG_PTR)KtestExport(L"FsRtlCheckOplockEx");
    REQUEST Opened;

    if (!Make(&Opened, IRP_MJ_CREATE, File))
        return;
    Opened.Security.DesiredAccess = FILE_READ_DATA;
    Opened.Stack->Parameters.Create.SecurityContext = &Opened.Security;
    if (Give(Opened.Irp, Type, Bytes, Count))
        CHECK_STATUS(CheckEx(&Oplock, Opened.Irp, OPLOCK_KEY_CHECK_ONLY, NULL, NULL, NULL),
            STATUS_SUCCESS);
    Free(&Opened);
}

TEST(FsRtlOplockKeysEqual, KeysComeWithOpens)
{
    BOOLEAN(NTAPI *Equal)(PFILE_OBJECT, PFILE_OBJECT) = KtestExport(L"FsRtlOplockKeysEqual");
    PGUID(NTAPI *GetKey)(PFILE_OBJECT) = KtestExport(L"IoGetOplockKeyContext");
    CHECK_EX CheckEx = (CHECK_EX)(ULONG_PTR)KtestExport(L"FsRtlCheckOplockEx");
    static const SINGLE_KEY Single = {{1, 2, 3, {4}}, 0};
    PFILE_OBJECT Files[2];
    REQUEST Held;

    if (Equal == NULL || GetKey == NULL || CheckEx == NULL) {
        skip("Windows 7 and later");
        return;
    }
    Begin();
    Files[0] = OpenRoot();
    Files[1] = OpenRoot();
    if (Files[0] == NULL || Files[1] == NULL)
        return;
    CHECK(Equal(Files[0], Files[0]));
    CHECK(!Equal(Files[0], Files[1]));
    CHECK(!Equal(Files[0], NULL));
    CHECK_PTR(GetKey(Files[0]), NULL);
    OpenWith(Files[0], &KeyType, &Single, sizeof(Single));
    OpenWith(Files[1], &KeyType, &Single, sizeof(Single));
    CHECK(Equal(Files[0], Files[1]));
    if (CHECK(GetKey(Files[1]) != NULL))
        CHECK(IsKey(GetKey(Files[1]), &Single.Key));
    /* They are one holder's now. */
    CHECK_STATUS(ControlLevel(&Held, Files[0], RWH, 1, 1), STATUS_PENDING);
    CHECK_STATUS(DoAndFree(Files[1], IRP_MJ_WRITE), STATUS_SUCCESS);
    CHECK_EQ(Held.Completed, 0);
    FsRtlUninitializeOplock(&Oplock);
    CheckBrokenLevel(&Held, RWH, 0, 0);
    ObDereferenceObject(Files[0]);
    ObDereferenceObject(Files[1]);
}

TEST(IoGetOplockKeyContextEx, HasTheKeysOfFileAndFolder)
{
    GET_KEYS GetKeys = (GET_KEYS)(ULONG_PTR)KtestExport(L"IoGetOplockKeyContextEx");
    PGUID(NTAPI *GetKey)(PFILE_OBJECT) = KtestExport(L"IoGetOplockKeyContext");
    static const SINGLE_KEY Single = {{1, 2, 3, {4}}, 0};
    static const DUAL_KEY Both = {{5, 6, 7, {8}}, {1, 2, 3, {4}}, TRUE, TRUE};
    static const DUAL_KEY Parent = {{5, 6, 7, {8}}, {0}, TRUE, FALSE};
    BOOLEAN(NTAPI *Equal)(PFILE_OBJECT, PFILE_OBJECT) = KtestExport(L"FsRtlOplockKeysEqual");
    PFILE_OBJECT Files[3] = {NULL, NULL, NULL};
    KEYS *Keys;
    ULONG Index;

    if (GetKeys == NULL) {
        skip("Windows 8 and later");
        return;
    }
    Begin();
    for (Index = 0; Index < 3; Index++) {
        Files[Index] = OpenRoot();
        if (Files[Index] == NULL)
            return;
        CHECK_PTR(GetKeys(Files[Index]), NULL);
    }
    OpenWith(Files[0], &KeyType, &Single, sizeof(Single));
    OpenWith(Files[1], &DualKeyType, &Both, sizeof(Both));
    OpenWith(Files[2], &DualKeyType, &Parent, sizeof(Parent));
    Keys = GetKeys(Files[0]);
    if (CHECK(Keys != NULL)) {
        CHECK_EQ(Keys->Flags, 2);
        CHECK(IsKey(&Keys->Target, &Single.Key));
    }
    Keys = GetKeys(Files[1]);
    if (CHECK(Keys != NULL)) {
        CHECK_EQ(Keys->Version, 2);
        CHECK_EQ(Keys->Flags, 3);
        CHECK(IsKey(&Keys->Parent, &Both.Parent));
        CHECK(IsKey(&Keys->Target, &Both.Target));
    }
    Keys = GetKeys(Files[2]);
    if (CHECK(Keys != NULL)) {
        CHECK_EQ(Keys->Flags, 1);
        CHECK(IsKey(&Keys->Parent, &Parent.Parent));
    }
    CHECK_PTR(GetKey(Files[2]), NULL);
    CHECK(Equal(Files[0], Files[1]));
    CHECK(!Equal(Files[1], Files[2]));
    for (Index = 0; Index < 3; Index++)
        ObDereferenceObject(Files[Index]);
    FsRtlUninitializeOplock(&Oplock);
}
