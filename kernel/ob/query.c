/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What an object is called and what is known about it and its handle. Answers are made in kernel
 * memory and copied out whole.
 */
#include "ob/obp.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* The name a type gives its objects itself; pool, with a terminator. */
static NTSTATUS ObpGetTypeName(void *Object, UNICODE_STRING *Name)
{
    const OBJECT_TYPE *Type = ObiGetType(Object);
    UNICODE_STRING Text = {0};
    ULONG Needed = 0, Room;
    NTSTATUS Status = Type->Procedures.QueryName(Object, &Text, &Needed);

    while (Status == STATUS_BUFFER_OVERFLOW && Needed > Text.MaximumLength) {
        if (Text.Buffer != NULL)
            ExiFree(Text.Buffer);
        Text = (UNICODE_STRING){0};
        Room = Needed;
        if (Room > UNICODE_STRING_MAX_BYTES - sizeof(WCHAR))
            return STATUS_NAME_TOO_LONG;
        Text.Buffer = ExiAllocate(
            NonPagedPoolNx, Room + sizeof(WCHAR), OBP_TAG_QUERY, EX_KERNEL_SITE);
        if (Text.Buffer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Text.MaximumLength = (USHORT)Room;
        Status = Type->Procedures.QueryName(Object, &Text, &Needed);
    }
    if (!NT_SUCCESS(Status)) {
        if (Text.Buffer != NULL)
            ExiFree(Text.Buffer);
        return Status;
    }
    if (Text.Buffer != NULL)
        Text.Buffer[Text.Length / sizeof(WCHAR)] = 0;
    Text.MaximumLength = (USHORT)(Text.Length + sizeof(WCHAR));
    *Name = Text;
    return STATUS_SUCCESS;
}

static NTSTATUS ObpGetName(void *Object, UNICODE_STRING *Name)
{
    *Name = (UNICODE_STRING){0};
    if (ObiGetType(Object)->Procedures.QueryName != NULL)
        return ObpGetTypeName(Object, Name);
    return ObiGetPath(Object, Name);
}

static ULONG ObpNameInformationBytes(const UNICODE_STRING *Name)
{
    return sizeof(OBJECT_NAME_INFORMATION) +
        (Name->Length != 0 ? Name->Length + (ULONG)sizeof(WCHAR) : 0);
}

/* Fills Information, which will lie at Address when its user sees it. */
static void ObpFillNameInformation(
    const UNICODE_STRING *Name, OBJECT_NAME_INFORMATION *Information, void *Address)
{
    Information->Name = (UNICODE_STRING){0};
    if (Name->Length == 0)
        return;
    Information->Name.Length = Name->Length;
    Information->Name.MaximumLength = (USHORT)(Name->Length + sizeof(WCHAR));
    Information->Name.Buffer = (WCHAR *)(void *)((OBJECT_NAME_INFORMATION *)Address + 1);
    __builtin_memcpy(Information + 1, Name->Buffer, Name->Length + sizeof(WCHAR));
}

/* Of a file's name Windows returns what fits, if there is room for the structure; nothing is
 * returned here. */
static NTSTATUS ObpNoRoomForName(void *Object, ULONG Length)
{
    return ObiGetType(Object)->HasFileNames && Length >= sizeof(OBJECT_NAME_INFORMATION)
        ? STATUS_BUFFER_OVERFLOW
        : STATUS_INFO_LENGTH_MISMATCH;
}

static NTSTATUS ObpNameString(void *Object, OB_CALL *Call)
{
    UNICODE_STRING Name;
    NTSTATUS Status = ObpGetName(Object, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Needed = ObpNameInformationBytes(&Name);
    if (Call->Length < Needed)
        Status = ObpNoRoomForName(Object, Call->Length);
    else
        ObpFillNameInformation(&Name, Call->Buffer, Call->Buffer);
    Call->Length = Needed;
    if (Name.Buffer != NULL)
        ExiFree(Name.Buffer);
    return Status;
}

/*
 * ObQueryNameString - the full path of an object.
 *
 * Information: receives a UNICODE_STRING and behind it the text with a terminator; of an object
 *              without a name, an empty string with a NULL Buffer. ReturnLength: the bytes all of
 *              this takes, set on success and when Length is too small.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH: Length is too small; BUFFER_OVERFLOW: for a file's name,
 *          but not for the structure; what the object's owner says about a name of its own.
 * Source:  DOC ntifs/ObQueryNameString
 */
NTSTATUS NTAPI ObQueryNameString(
    void *Object, OBJECT_NAME_INFORMATION *Information, ULONG Length, ULONG *ReturnLength)
{
    OB_CALL Call = {
        .Kind = OB_QUERY_NAME, .Buffer = Information, .Length = Length, .Work = ObpNameString};
    NTSTATUS Status = ObiCall(Object, &Call);
    if (NT_SUCCESS(Status) || Status == STATUS_INFO_LENGTH_MISMATCH ||
        Status == STATUS_BUFFER_OVERFLOW)
        *ReturnLength = Call.Length;
    return Status;
}

/* ---- NtQueryObject --------------------------------------------------------------------------- */

/* ObjectTypeInformation; in winternl.h all behind the name is reserved. */
typedef struct OBP_TYPE_INFORMATION {
    UNICODE_STRING TypeName;
    ULONG TotalNumberOfObjects;
    ULONG TotalNumberOfHandles;
    ULONG PoolUsage[4];
    ULONG HighWaterNumberOfObjects;
    ULONG HighWaterNumberOfHandles;
    ULONG HighWaterPoolUsage[4];
    ULONG InvalidAttributes;
    GENERIC_MAPPING GenericMapping;
    ULONG ValidAccessMask;
    BOOLEAN SecurityRequired;
    BOOLEAN MaintainHandleCount;
    UCHAR TypeIndex;
    CHAR ReservedByte;
    ULONG PoolType;
    ULONG DefaultPagedPoolCharge;
    ULONG DefaultNonPagedPoolCharge;
} OBP_TYPE_INFORMATION;

typedef struct OBP_QUERY {
    void *Object;
    OBP_HANDLE_VALUE Value;
    void *User;  /* where the caller wants the answer */
    ULONG Length;
    void *Answer; /* pool */
    ULONG Needed; /* bytes of the answer; more than Length: it was not made */
} OBP_QUERY;

static NTSTATUS ObpBeginAnswer(OBP_QUERY *Query, ULONG Needed)
{
    Query->Needed = Needed;
    if (Query->Length < Needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    Query->Answer = ExiAllocateZero(NonPagedPoolNx, Needed, OBP_TAG_QUERY, EX_KERNEL_SITE);
    return Query->Answer != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static ULONG ObpTypeInformationBytes(const OBJECT_TYPE *Type)
{
    return (ULONG)ALIGN_UP_BY(
        sizeof(OBP_TYPE_INFORMATION) + Type->Name.MaximumLength, sizeof(ULONG_PTR));
}

static NTSTATUS ObpQueryBasic(OBP_QUERY *Query)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Query->Object);
    SECURITY_DESCRIPTOR *Security;
    UNICODE_STRING Path;

    if (Query->Length != sizeof(OBJECT_BASIC_INFORMATION)) {
        Query->Needed = sizeof(OBJECT_BASIC_INFORMATION);
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    NTSTATUS Status = ObpBeginAnswer(Query, sizeof(OBJECT_BASIC_INFORMATION));
    if (NT_SUCCESS(Status))
        Status = ObiGetPath(Query->Object, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    OBJECT_BASIC_INFORMATION *Basic = Query->Answer;
    Basic->Attributes = Query->Value.Attributes;
    if (Header->Flags & OB_FLAG_PERMANENT)
        Basic->Attributes |= OBJ_PERMANENT;
    if (Header->Flags & OB_FLAG_EXCLUSIVE)
        Basic->Attributes |= OBJ_EXCLUSIVE;
    Basic->GrantedAccess = Query->Value.Granted;
    Basic->HandleCount = (ULONG)Header->HandleCount;
    Basic->PointerCount = (ULONG)(ObiCountReferences(Query->Object) - 1); /* without ours */
    if (Path.Length != 0)
        Basic->NameInfoSize = ObpNameInformationBytes(&Path);
    Basic->TypeInfoSize = ObpTypeInformationBytes(Header->Type);
    if (Header->Type == ObpSymbolicLinkObjectType)
        Basic->CreationTime = ((OBP_SYMBOLIC_LINK *)Query->Object)->CreationTime;
    if (Path.Buffer != NULL)
        ExiFree(Path.Buffer);
    if ((Query->Value.Granted & READ_CONTROL) &&
        NT_SUCCESS(ObiCopySecurity(Query->Object, &Security)) && Security != NULL) {
        EX_POOL_BLOCK Block;
        if (ExQueryPoolBlock(Security, &Block))
            Basic->SecurityDescriptorSize = (ULONG)Block.Bytes;
        ExiFree(Security);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS ObpQueryName(OBP_QUERY *Query)
{
    UNICODE_STRING Name;
    NTSTATUS Status = ObpGetName(Query->Object, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpBeginAnswer(Query, ObpNameInformationBytes(&Name));
    if (Status == STATUS_INFO_LENGTH_MISMATCH)
        Status = ObpNoRoomForName(Query->Object, Query->Length);
    if (NT_SUCCESS(Status))
        ObpFillNameInformation(&Name, Query->Answer, Query->User);
    if (Name.Buffer != NULL)
        ExiFree(Name.Buffer);
    return Status;
}

/* At: within the answer. */
static void ObpFillType(const OBP_QUERY *Query, const OBJECT_TYPE *Type, void *At)
{
    OBP_TYPE_INFORMATION *Information = At;
    const ULONG_PTR Offset = (ULONG_PTR)((UCHAR *)(Information + 1) - (UCHAR *)Query->Answer);
    Information->TypeName.Length = Type->Name.Length;
    Information->TypeName.MaximumLength = Type->Name.MaximumLength;
    Information->TypeName.Buffer = (WCHAR *)((ULONG_PTR)Query->User + Offset);
    __builtin_memcpy(Information + 1, Type->Name.Buffer, Type->Name.MaximumLength);
    Information->TotalNumberOfObjects = Type->ObjectCount;
    Information->TotalNumberOfHandles = Type->HandleCount;
    Information->GenericMapping = Type->GenericMapping;
    Information->ValidAccessMask = Type->ValidAccess;
    Information->TypeIndex = (UCHAR)Type->Index;
    Information->PoolType = NonPagedPoolNx;
}

static NTSTATUS ObpQueryType(OBP_QUERY *Query)
{
    const OBJECT_TYPE *Type = ObiGetType(Query->Object);
    NTSTATUS Status = ObpBeginAnswer(Query, ObpTypeInformationBytes(Type));
    if (NT_SUCCESS(Status))
        ObpFillType(Query, Type, Query->Answer);
    return Status;
}

/* The number of types, then each at the next place a pointer may stand. */
static NTSTATUS ObpQueryTypes(OBP_QUERY *Query)
{
    ULONG Bytes = sizeof(ULONG_PTR);
    for (ULONG Index = 0; ObpTypeByIndex(Index) != NULL; Index++)
        Bytes += ObpTypeInformationBytes(ObpTypeByIndex(Index));
    NTSTATUS Status = ObpBeginAnswer(Query, Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    UCHAR *At = (UCHAR *)Query->Answer + sizeof(ULONG_PTR);
    for (ULONG Index = 0; ObpTypeByIndex(Index) != NULL; Index++) {
        const OBJECT_TYPE *Type = ObpTypeByIndex(Index);
        if (At + ObpTypeInformationBytes(Type) > (UCHAR *)Query->Answer + Bytes)
            break; /* one that has been made meanwhile */
        ObpFillType(Query, Type, At);
        At += ObpTypeInformationBytes(Type);
        ++*(ULONG *)Query->Answer;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS ObpQueryFlags(OBP_QUERY *Query)
{
    NTSTATUS Status = ObpBeginAnswer(Query, sizeof(OB_HANDLE_FLAGS));
    if (!NT_SUCCESS(Status))
        return Status;
    OB_HANDLE_FLAGS *Flags = Query->Answer;
    Flags->Inherit = (Query->Value.Attributes & OBJ_INHERIT) != 0;
    Flags->ProtectFromClose = (Query->Value.Attributes & OBP_PROTECT_CLOSE) != 0;
    return STATUS_SUCCESS;
}

static NTSTATUS ObpAnswer(OBP_QUERY *Query, OBJECT_INFORMATION_CLASS Class)
{
    switch (Class) {
    case ObjectBasicInformation:
        return ObpQueryBasic(Query);
    case ObjectNameInformation:
        return ObpQueryName(Query);
    case ObjectTypeInformation:
        return ObpQueryType(Query);
    case ObjectHandleFlagInformation:
        return ObpQueryFlags(Query);
    case ObjectTypesInformation:
        return ObpQueryTypes(Query);
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
}

/*
 * NtQueryObject - what is known about a handle and its object: ObjectBasicInformation,
 * ObjectNameInformation, ObjectTypeInformation, ObjectHandleFlagInformation; and about all types:
 * ObjectTypesInformation, for which no handle is needed.
 *
 * ReturnLength: optional; bytes of the answer, also when Length is too small for it.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH; BUFFER_OVERFLOW: the name of a file does not fit;
 *          INVALID_INFO_CLASS; INVALID_HANDLE; ACCESS_VIOLATION, before all else.
 * Source:  DOC winternl/NtQueryObject, ntifs/ZwQueryObject; OBS tests/kernel/ob/ZwQueryObject.c
 */
NTSTATUS NTAPI NtQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS Class, void *Information,
    ULONG Length, ULONG *ReturnLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    OBP_QUERY Query = {.User = Information, .Length = Length};

    NTSTATUS Status = STATUS_SUCCESS;
    if (Length != 0)
        Status = ObiProbeOutput(Information, Length,
            Class == ObjectHandleFlagInformation ? 1 : sizeof(ULONG), Mode);
    if (NT_SUCCESS(Status) && Class != ObjectTypesInformation)
        Status = ObpReferenceHandle(Handle, NULL, Mode, &Query.Object, &Query.Value);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpAnswer(&Query, Class);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(Information, Query.Answer, Query.Needed, Mode);
    if (Query.Answer != NULL)
        ExiFree(Query.Answer);
    if (ReturnLength != NULL && Query.Needed != 0) {
        NTSTATUS Written = ObiWriteCaller(ReturnLength, &Query.Needed, sizeof(Query.Needed), Mode);
        if (!NT_SUCCESS(Written))
            Status = Written;
    }
    if (Query.Object != NULL)
        ObfDereferenceObject(Query.Object);
    return Status;
}

/*
 * NtSetInformationObject - ObjectHandleFlagInformation: whether a handle is inherited and may be
 * closed.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH; INVALID_INFO_CLASS; INVALID_HANDLE; ACCESS_VIOLATION.
 * Source:  INF: undocumented; SetHandleInformation is built on it
 */
NTSTATUS NTAPI NtSetInformationObject(
    HANDLE Handle, OBJECT_INFORMATION_CLASS Class, void *Information, ULONG Length)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    OB_HANDLE_FLAGS Flags;

    if (Class != ObjectHandleFlagInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != sizeof(Flags))
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = ObiReadCaller(&Flags, Information, sizeof(Flags), Mode);
    return NT_SUCCESS(Status) ? ObSetHandleAttributes(Handle, &Flags, Mode) : Status;
}
