/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The start of cm: \Registry, what the storage has, and the keys and values that are on every
 * Windows. What the storage has already stays as it is. There is one thread then, and no lock is
 * taken.
 */
#include "cm/cmp.h"

typedef struct CMP_STANDARD_KEY {
    const WCHAR *Path; /* below \Registry; what it is in stands before it; ControlSet001: the set
                          this start is with */
    ULONG Flags;
    const WCHAR *Sddl; /* NULL: inherited */
} CMP_STANDARD_KEY;

#define CMP_EVERYONE_READS u"O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CIIO;GA;;;CO)"
#define CMP_SYSTEM_ONLY u"O:BAG:SYD:(A;CI;KA;;;SY)(A;CI;RCWD;;;BA)"

static ULONG CmpStandardSet; /* the number of the control set this start is with */

#define CMP_MASTER (CMP_NO_DELETE | CMP_NO_CREATE)

static const CMP_STANDARD_KEY CmpStandardKeys[] = {
    {u"MACHINE", CMP_MASTER, NULL},
    {u"MACHINE\\HARDWARE", CMP_VOLATILE | CMP_NO_DELETE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION\\System", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\MultifunctionAdapter", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\MultifunctionAdapter\\0", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\MultifunctionAdapter\\1", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\DEVICEMAP", CMP_VOLATILE, NULL},
    {u"MACHINE\\HARDWARE\\RESOURCEMAP", CMP_VOLATILE, NULL},
    {u"MACHINE\\SAM", CMP_NO_DELETE, CMP_SYSTEM_ONLY},
    {u"MACHINE\\SECURITY", CMP_NO_DELETE, CMP_SYSTEM_ONLY},
    {u"MACHINE\\SOFTWARE", CMP_NO_DELETE, NULL},
    {u"MACHINE\\SOFTWARE\\Classes", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Classes\\AppID", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Classes\\PROTOCOLS", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Classes\\TypeLib", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Microsoft", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT", 0, NULL},
    {u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", 0, NULL},
    {u"MACHINE\\SYSTEM", CMP_NO_DELETE, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Class", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\GroupOrderList", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\ServiceGroupOrder", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\DOS Devices", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Environment", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Enum", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\0001", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\0001\\Software", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\0001\\System", 0, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\Current", CMP_VOLATILE | CMP_LINK, NULL},
    {u"MACHINE\\SYSTEM\\ControlSet001\\Services", 0, NULL},
    {u"MACHINE\\SYSTEM\\Select", 0, NULL},
    {u"MACHINE\\SYSTEM\\CurrentControlSet", CMP_VOLATILE | CMP_LINK | CMP_NO_DELETE, NULL},
    {u"USER", CMP_MASTER, NULL},
    {u"USER\\.DEFAULT", CMP_NO_DELETE, NULL},
    {u"USER\\S-1-5-18", CMP_VOLATILE | CMP_LINK | CMP_NO_DELETE, NULL},
};

/* Those of an x64 machine, for 32-bit programs. */
static const CMP_STANDARD_KEY CmpWow64Keys[] = {
    {u"MACHINE\\SOFTWARE\\Classes\\WOW6432Node", 0, NULL},
    {u"MACHINE\\SOFTWARE\\WOW6432Node", 0, NULL},
    {u"MACHINE\\SOFTWARE\\WOW6432Node\\Microsoft", 0, NULL},
};

#define CMP_CLASSES u"\\REGISTRY\\MACHINE\\SOFTWARE\\Classes\\"

/* Made anew at each start. A key somebody has put there stays what it is. */
static const struct {
    CMP_STANDARD_KEY Key;
    const WCHAR *Target;
    BOOLEAN SinceWin7;
} CmpWow64Links[] = {
    {{u"MACHINE\\SOFTWARE\\WOW6432Node\\Classes", CMP_VOLATILE | CMP_LINK, NULL},
        CMP_CLASSES u"WOW6432Node", FALSE},
    {{u"MACHINE\\SOFTWARE\\Classes\\WOW6432Node\\AppID", CMP_VOLATILE | CMP_LINK, NULL},
        CMP_CLASSES u"AppID", TRUE},
    {{u"MACHINE\\SOFTWARE\\Classes\\WOW6432Node\\PROTOCOLS", CMP_VOLATILE | CMP_LINK, NULL},
        CMP_CLASSES u"PROTOCOLS", TRUE},
    {{u"MACHINE\\SOFTWARE\\Classes\\WOW6432Node\\TypeLib", CMP_VOLATILE | CMP_LINK, NULL},
        CMP_CLASSES u"TypeLib", TRUE},
};

static UNICODE_STRING CmpLiteral(const WCHAR *Text)
{
    UNICODE_STRING String;
    RtlInitUnicodeString(&String, Text);
    return String;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static NTSTATUS CmpParseSddl(const WCHAR *Sddl, SECURITY_DESCRIPTOR **Security)
{
    UNICODE_STRING Text = CmpLiteral(Sddl);
    NTSTATUS Status = SeiParseSddl(&Text, Security);
    if (NT_SUCCESS(Status))
        SeiMapDescriptor(*Security, &CmKeyObjectType->GenericMapping);
    return Status;
}

/* ControlSet001 of the table under this start's number. Buffer: room for the name. */
static void CmpRenumber(UNICODE_STRING *Name, WCHAR *Buffer)
{
    static const UNICODE_STRING First = RTL_STRING(u"ControlSet001");
    if (CmpStandardSet == 1 || CmpCompareNames(Name, &First) != 0)
        return;
    __builtin_memcpy(Buffer, First.Buffer, First.Length);
    for (ULONG Digit = 0, Left = CmpStandardSet; Digit < 3; Digit++, Left /= 10)
        Buffer[First.Length / sizeof(WCHAR) - 1 - Digit] = (WCHAR)('0' + Left % 10);
    Name->Buffer = Buffer;
}

/* The node at a path below \Registry, as far as it exists; *Missing: the first name that does not,
 * or empty. */
static CMP_NODE *CmpStandardNode(const WCHAR *Path, UNICODE_STRING *Missing)
{
    WCHAR Set[16];
    UNICODE_STRING Rest = CmpLiteral(Path);
    CMP_NODE *Node = CmpRoot;
    while (NT_SUCCESS(CmpNextName(&Rest, Missing)) && Missing->Length != 0) {
        CmpRenumber(Missing, Set);
        CMP_NODE *Child = CmpFindChild(Node, Missing);
        if (Child == NULL)
            return Node;
        Node = Child;
    }
    return Node;
}

static NTSTATUS CmpEnsureStandardKey(const CMP_STANDARD_KEY *Key)
{
    SECURITY_DESCRIPTOR *Security;
    UNICODE_STRING Missing;
    CMP_NODE *Node = CmpStandardNode(Key->Path, &Missing);
    if (Missing.Length == 0) {
        Node->Flags |= Key->Flags & CMP_MASTER;
        return STATUS_SUCCESS;
    }
    NTSTATUS Status = Key->Sddl != NULL ? CmpParseSddl(Key->Sddl, &Security)
                                        : CmpCopySecurity(Node, &Security);
    if (NT_SUCCESS(Status))
        Status = CmpAddKey(Node, &Missing, NULL, Key->Flags, Security, &Node);
    if (NT_SUCCESS(Status))
        CmpDereferenceNode(Node); /* the tree has one */
    return Status;
}

/* What HKEY_CURRENT_USER is for who has this token: the user's own, and the system's and
 * administrators'. */
static NTSTATUS CmpEnsureUser(const SE_TOKEN *Token)
{
    static const WCHAR Prefix[] = u"USER\\",
                       Rights[] = u"O:BAG:SYD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KA;;;";
    static const WCHAR *const Below[] = {u"", u"\\Environment", u"\\Software"};
    WCHAR Text[64], Path[96], Sddl[sizeof(Rights) / sizeof(WCHAR) + 64];
    UNICODE_STRING Sid = {0, sizeof(Text) - sizeof(WCHAR), Text};
    NTSTATUS Status = RtlConvertSidToUnicodeString(&Sid, Token->User, FALSE);
    ULONG Length = Sid.Length / sizeof(WCHAR), Before = sizeof(Rights) / sizeof(WCHAR) - 1;

    if (!NT_SUCCESS(Status))
        return Status;
    __builtin_memcpy(Sddl, Rights, sizeof(Rights));
    __builtin_memcpy(Sddl + Before, Text, Sid.Length);
    __builtin_memcpy(Sddl + Before + Length, u")", 2 * sizeof(WCHAR));
    __builtin_memcpy(Path, Prefix, sizeof(Prefix));
    __builtin_memcpy(Path + sizeof(Prefix) / sizeof(WCHAR) - 1, Text, Sid.Length);
    Length += sizeof(Prefix) / sizeof(WCHAR) - 1;
    for (unsigned Index = 0; Index < 3 && NT_SUCCESS(Status); Index++) {
        const CMP_STANDARD_KEY Key = {
            Path, Index == 0 ? CMP_NO_DELETE : 0, Index == 0 ? Sddl : NULL};
        __builtin_memcpy(
            Path + Length, Below[Index], (RtlpWcsLength(Below[Index]) + 1) * sizeof(WCHAR));
        Status = CmpEnsureStandardKey(&Key);
    }
    return Status;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Leaves a value alone that is there. */
static NTSTATUS CmpEnsureValue(
    const WCHAR *Path, const WCHAR *Name, ULONG Type, const void *Data, ULONG Bytes)
{
    UNICODE_STRING Missing, ValueName = CmpLiteral(Name);
    CMP_NODE *Node = CmpStandardNode(Path, &Missing);
    if (Missing.Length != 0 || CmpFindValue(Node, &ValueName) < Node->ValueCount)
        return STATUS_SUCCESS;
    return CmpSetValue(Node, &ValueName, Type, Data, Bytes);
}

static NTSTATUS CmpEnsureNumber(const WCHAR *Path, const WCHAR *Name, ULONG Value)
{
    return CmpEnsureValue(Path, Name, REG_DWORD, &Value, sizeof(Value));
}

static NTSTATUS CmpEnsureText(const WCHAR *Path, const WCHAR *Name, ULONG Type, const WCHAR *Text)
{
    ULONG Bytes = (ULONG)RtlpWcsLength(Text) * sizeof(WCHAR);
    return CmpEnsureValue(Path, Name, Type, Text, Type == REG_LINK ? Bytes : Bytes + sizeof(WCHAR));
}

#define CMP_SELECT u"MACHINE\\SYSTEM\\Select"
#define CMP_NT_VERSION u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define CMP_DOS_DEVICES u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\DOS Devices"
#define CMP_PROFILES u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\"
#define CMP_GROUP_ORDER u"MACHINE\\SYSTEM\\ControlSet001\\Control\\ServiceGroupOrder"
#define CMP_ENVIRONMENT u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Environment"

/* The groups of a new Windows in the order their services start. */
static NTSTATUS CmpEnsureGroupOrder(void)
{
    static const WCHAR Groups[] =
        u"System Reserved\0EMS\0WdfLoadGroup\0Boot Bus Extender\0System Bus Extender\0SCSI "
        u"miniport\0Port\0"
        u"Primary Disk\0SCSI Class\0SCSI CDROM Class\0FSFilter Infrastructure\0FSFilter "
        u"System\0FSFilter Bottom\0"
        u"FSFilter Copy Protection\0FSFilter Security Enhancer\0FSFilter Open File\0"
        u"FSFilter Physical Quota Management\0FSFilter Virtualization\0FSFilter "
        u"Encryption\0FSFilter Compression\0"
        u"FSFilter Imaging\0FSFilter HSM\0FSFilter Cluster File System\0FSFilter System Recovery\0"
        u"FSFilter Quota Management\0FSFilter Content Screener\0FSFilter Continuous "
        u"Backup\0FSFilter Replication\0"
        u"FSFilter Anti-Virus\0FSFilter Undelete\0FSFilter Activity Monitor\0FSFilter Top\0Filter\0"
        u"Boot File System\0Base\0Pointer Port\0Keyboard Port\0Pointer Class\0Keyboard "
        u"Class\0Video Init\0Video\0"
        u"Video Save\0File System\0Streams Drivers\0NDIS Wrapper\0COM Infrastructure\0Event "
        u"Log\0PlugPlay\0PNP_TDI\0"
        u"NDIS\0TDI\0NetBIOSGroup\0ShellSvcGroup\0SchedulerGroup\0SpoolerGroup\0AudioGroup\0SmartCa"
        u"rdGroup\0"
        u"NetworkProvider\0RemoteValidation\0NetDDEGroup\0Parallel arbitrator\0Extended Base\0PCI "
        u"Configuration\0"
        u"MS Transactions\0";
    return CmpEnsureValue(CMP_GROUP_ORDER, u"List", REG_MULTI_SZ, Groups, sizeof(Groups));
}

/* A value of the machine that runs now, whatever one was there before: a directory may be started
 * as another Windows. */
static NTSTATUS CmpReplaceText(const WCHAR *Path, const WCHAR *Name, const WCHAR *Text)
{
    UNICODE_STRING Missing, ValueName = CmpLiteral(Name);
    CMP_NODE *Node = CmpStandardNode(Path, &Missing);
    ULONG Bytes = (ULONG)(RtlpWcsLength(Text) + 1) * sizeof(WCHAR),
          Index = CmpFindValue(Node, &ValueName);
    if (Missing.Length != 0 ||
        (Index < Node->ValueCount && Node->Value[Index]->Type == REG_SZ &&
            Node->Value[Index]->DataBytes == Bytes &&
            __builtin_memcmp(Node->Value[Index]->Data, Text, Bytes) == 0))
        return STATUS_SUCCESS;
    return CmpSetValue(Node, &ValueName, REG_SZ, Text, Bytes);
}

static NTSTATUS CmpEnsureVersion(void)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    WCHAR Text[16], Build[16];
    UNICODE_STRING Number = {0, sizeof(Build) - sizeof(WCHAR), Build};

    Text[0] = (WCHAR)('0' + (Version->Major >= 10 ? 6 : Version->Major));
    Text[1] = '.';
    Text[2] = (WCHAR)('0' + (Version->Major >= 10 ? 3 : Version->Minor));
    Text[3] = 0;
    NTSTATUS Status = CmpReplaceText(CMP_NT_VERSION, u"CurrentVersion", Text);
    if (NT_SUCCESS(Status))
        Status = RtlIntegerToUnicodeString(Version->Build, 10, &Number);
    Build[Number.Length / sizeof(WCHAR)] = 0;
    if (NT_SUCCESS(Status))
        Status = CmpReplaceText(CMP_NT_VERSION, u"CurrentBuildNumber", Build);
    if (NT_SUCCESS(Status))
        Status = CmpReplaceText(CMP_NT_VERSION, u"CurrentBuild", Build);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureText(CMP_NT_VERSION, u"SystemRoot", REG_SZ, u"C:\\Windows");
    return Status;
}

/* The buses there are, as firmware describes them: type and number in front of an empty list of
 * resources. */
static NTSTATUS CmpEnsureBuses(void)
{
    static const struct {
        const WCHAR *Path, *Identifier;
        CM_FULL_RESOURCE_DESCRIPTOR Data;
    } Buses[] = {
        {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\MultifunctionAdapter\\0", u"PCI",
            {.InterfaceType = PCIBus, .PartialResourceList = {.Version = 1, .Revision = 1}}},
        {u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\MultifunctionAdapter\\1", u"ISA",
            {.InterfaceType = Isa, .PartialResourceList = {.Version = 1, .Revision = 1}}},
    };
    const ULONG Bytes = FIELD_OFFSET(
        CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList.PartialDescriptors);
    NTSTATUS Status = STATUS_SUCCESS;
    for (unsigned Index = 0; Index < sizeof(Buses) / sizeof(Buses[0]) && NT_SUCCESS(Status);
         Index++) {
        Status = CmpEnsureText(Buses[Index].Path, u"Identifier", REG_SZ, Buses[Index].Identifier);
        if (NT_SUCCESS(Status))
            Status = CmpEnsureValue(Buses[Index].Path, u"Configuration Data",
                REG_FULL_RESOURCE_DESCRIPTOR, &Buses[Index].Data, Bytes);
    }
    return Status;
}

static NTSTATUS CmpEnsureDosDevices(void)
{
    static const struct {
        const WCHAR *Name, *Target;
    } Standard[] = {
        {u"AUX", u"\\DosDevices\\COM1"},
        {u"MAILSLOT", u"\\Device\\MailSlot"},
        {u"NUL", u"\\Device\\Null"},
        {u"PIPE", u"\\Device\\NamedPipe"},
        {u"PRN", u"\\DosDevices\\LPT1"},
        {u"UNC", u"\\Device\\Mup"},
    };
    NTSTATUS Status = STATUS_SUCCESS;
    for (unsigned Index = 0; Index < sizeof(Standard) / sizeof(Standard[0]) && NT_SUCCESS(Status);
         Index++)
        Status = CmpEnsureText(
            CMP_DOS_DEVICES, Standard[Index].Name, REG_SZ, Standard[Index].Target);
    return Status;
}

static NTSTATUS CmpEnsureStandardValues(void)
{
    NTSTATUS Status = CmpEnsureNumber(CMP_SELECT, u"Current", CmpStandardSet);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureNumber(CMP_SELECT, u"Default", CmpStandardSet);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureNumber(CMP_SELECT, u"Failed", 0);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureNumber(CMP_SELECT, u"LastKnownGood", CmpStandardSet);
    if (NT_SUCCESS(Status))
        Status = CmpStartControlSet(CmpStandardSet);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureText(
            u"USER\\S-1-5-18", u"SymbolicLinkValue", REG_LINK, u"\\REGISTRY\\USER\\.DEFAULT");
    if (NT_SUCCESS(Status))
        Status = CmpEnsureText(CMP_PROFILES u"Current", u"SymbolicLinkValue", REG_LINK,
            u"\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Hardware Profiles\\0001");
    if (NT_SUCCESS(Status))
        Status = CmpEnsureVersion();
    if (NT_SUCCESS(Status))
        Status = CmpEnsureDosDevices();
    if (NT_SUCCESS(Status))
        Status = CmpEnsureGroupOrder();
    if (NT_SUCCESS(Status))
        Status = CmpEnsureText(CMP_ENVIRONMENT, u"windir", REG_EXPAND_SZ, u"%SystemRoot%");
    if (NT_SUCCESS(Status))
        Status = CmpEnsureText(CMP_ENVIRONMENT, u"OS", REG_SZ, u"Windows_NT");
    if (NT_SUCCESS(Status))
        Status = CmpEnsureText(
            u"MACHINE\\HARDWARE\\DESCRIPTION\\System", u"Identifier", REG_SZ, u"AT/AT COMPATIBLE");
    if (NT_SUCCESS(Status))
        Status = CmpEnsureBuses();
    return Status;
}

/* Keys and links for 32-bit programs. Source: DOC winprog64/shared-registry-keys. */
static NTSTATUS CmpEnsureWow64(void)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    const BOOLEAN Win7 = Version->Major > 6 || (Version->Major == 6 && Version->Minor >= 1);
    NTSTATUS Status = STATUS_SUCCESS;
    UNICODE_STRING Missing;

    if (sizeof(void *) != 8)
        return STATUS_SUCCESS;
    for (unsigned Index = 0; Index < RTL_NUMBER_OF(CmpWow64Keys) && NT_SUCCESS(Status); Index++)
        Status = CmpEnsureStandardKey(&CmpWow64Keys[Index]);
    for (unsigned Index = 0; Index < RTL_NUMBER_OF(CmpWow64Links) && NT_SUCCESS(Status); Index++) {
        const CMP_STANDARD_KEY *Key = &CmpWow64Links[Index].Key;
        CmpStandardNode(Key->Path, &Missing);
        if (Missing.Length == 0 || (CmpWow64Links[Index].SinceWin7 && !Win7))
            continue;
        Status = CmpEnsureStandardKey(Key);
        if (NT_SUCCESS(Status))
            Status = CmpEnsureText(
                Key->Path, u"SymbolicLinkValue", REG_LINK, CmpWow64Links[Index].Target);
    }
    return Status;
}

/* ---- start ----------------------------------------------------------------------------------- */

static NTSTATUS CmpCreateRoot(void)
{
    static const UNICODE_STRING Name = RTL_STRING(u"REGISTRY"), Path = RTL_STRING(u"\\REGISTRY");
    SECURITY_DESCRIPTOR *Security;
    CMP_KEY *Key;

    NTSTATUS Status = CmpParseSddl(CMP_EVERYONE_READS, &Security);
    if (NT_SUCCESS(Status))
        Status = CmpMakeNode(NULL, &Name, NULL, CMP_MASTER, Security, &CmpRoot);
    if (NT_SUCCESS(Status))
        Status = CmpMakeKeyObject(EX_KERNEL_SITE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpReferenceNode(CmpRoot);
    Key->Node = CmpRoot;
    Status = ObiInsertName(Key, NULL, &Path, OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
    ObfDereferenceObject(Key);
    return Status;
}

NTSTATUS CmInitialize(void)
{
    CmpRoot = NULL;
    CmpResetLocks();
    CmpResetNotify();
    CmpResetHives();
    CmpResetCallbacks();
    CmpResetStorage();
    NTSTATUS Status = CmpCreateKeyType();
    if (NT_SUCCESS(Status))
        Status = CmpCreateRoot();
    if (NT_SUCCESS(Status))
        Status = CmpLoadStorage();
    CmpStandardSet = CmpChooseControlSet();
    for (unsigned Index = 0;
         Index < sizeof(CmpStandardKeys) / sizeof(CmpStandardKeys[0]) && NT_SUCCESS(Status);
         Index++)
        Status = CmpEnsureStandardKey(&CmpStandardKeys[Index]);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureUser(SeiAdministratorToken);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureUser(SeiUserToken);
    if (NT_SUCCESS(Status))
        Status = CmpEnsureStandardValues();
    if (NT_SUCCESS(Status))
        Status = CmpEnsureWow64();
    return Status;
}

void CmShutdown(void)
{
    CmpAcquire();
    CmpStoreFlush();
    CmpRelease();
}
