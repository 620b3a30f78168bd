/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The start of se: SIDs, tokens, the exported variables, the descriptors of the standard
 * directories, and what ob asks of se.
 */
#include "se/sep.h"

static SE_EXPORTS SepExports;
SE_EXPORTS *SeExports = &SepExports;
ACL *SePublicDefaultDacl, *SeSystemDefaultDacl;

static void SepFillPrivileges(SE_EXPORTS *Exports)
{
    const struct {
        LUID *Luid;
        ULONG Value;
    } Privilege[] = {
        {&Exports->SeCreateTokenPrivilege, SE_CREATE_TOKEN_PRIVILEGE},
        {&Exports->SeAssignPrimaryTokenPrivilege, SE_ASSIGNPRIMARYTOKEN_PRIVILEGE},
        {&Exports->SeLockMemoryPrivilege, SE_LOCK_MEMORY_PRIVILEGE},
        {&Exports->SeIncreaseQuotaPrivilege, SE_INCREASE_QUOTA_PRIVILEGE},
        {&Exports->SeUnsolicitedInputPrivilege, SE_UNSOLICITED_INPUT_PRIVILEGE},
        {&Exports->SeTcbPrivilege, SE_TCB_PRIVILEGE},
        {&Exports->SeSecurityPrivilege, SE_SECURITY_PRIVILEGE},
        {&Exports->SeTakeOwnershipPrivilege, SE_TAKE_OWNERSHIP_PRIVILEGE},
        {&Exports->SeLoadDriverPrivilege, SE_LOAD_DRIVER_PRIVILEGE},
        {&Exports->SeCreatePagefilePrivilege, SE_CREATE_PAGEFILE_PRIVILEGE},
        {&Exports->SeIncreaseBasePriorityPrivilege, SE_INC_BASE_PRIORITY_PRIVILEGE},
        {&Exports->SeSystemProfilePrivilege, SE_SYSTEM_PROFILE_PRIVILEGE},
        {&Exports->SeSystemtimePrivilege, SE_SYSTEMTIME_PRIVILEGE},
        {&Exports->SeProfileSingleProcessPrivilege, SE_PROF_SINGLE_PROCESS_PRIVILEGE},
        {&Exports->SeCreatePermanentPrivilege, SE_CREATE_PERMANENT_PRIVILEGE},
        {&Exports->SeBackupPrivilege, SE_BACKUP_PRIVILEGE},
        {&Exports->SeRestorePrivilege, SE_RESTORE_PRIVILEGE},
        {&Exports->SeShutdownPrivilege, SE_SHUTDOWN_PRIVILEGE},
        {&Exports->SeDebugPrivilege, SE_DEBUG_PRIVILEGE},
        {&Exports->SeAuditPrivilege, SE_AUDIT_PRIVILEGE},
        {&Exports->SeSystemEnvironmentPrivilege, SE_SYSTEM_ENVIRONMENT_PRIVILEGE},
        {&Exports->SeChangeNotifyPrivilege, SE_CHANGE_NOTIFY_PRIVILEGE},
        {&Exports->SeRemoteShutdownPrivilege, SE_REMOTE_SHUTDOWN_PRIVILEGE},
        {&Exports->SeUndockPrivilege, SE_UNDOCK_PRIVILEGE},
        {&Exports->SeSyncAgentPrivilege, SE_SYNC_AGENT_PRIVILEGE},
        {&Exports->SeEnableDelegationPrivilege, SE_ENABLE_DELEGATION_PRIVILEGE},
        {&Exports->SeManageVolumePrivilege, SE_MANAGE_VOLUME_PRIVILEGE},
        {&Exports->SeImpersonatePrivilege, SE_IMPERSONATE_PRIVILEGE},
        {&Exports->SeCreateGlobalPrivilege, SE_CREATE_GLOBAL_PRIVILEGE},
        {&Exports->SeTrustedCredManAccessPrivilege, SE_TRUSTED_CREDMAN_ACCESS_PRIVILEGE},
        {&Exports->SeRelabelPrivilege, SE_RELABEL_PRIVILEGE},
        {&Exports->SeIncreaseWorkingSetPrivilege, SE_INC_WORKING_SET_PRIVILEGE},
        {&Exports->SeTimeZonePrivilege, SE_TIME_ZONE_PRIVILEGE},
        {&Exports->SeCreateSymbolicLinkPrivilege, SE_CREATE_SYMBOLIC_LINK_PRIVILEGE},
    };
    for (unsigned Index = 0; Index < sizeof(Privilege) / sizeof(Privilege[0]); Index++)
        *Privilege[Index].Luid = RtlConvertUlongToLuid(Privilege[Index].Value);
}

static void SepFillSids(SE_EXPORTS *Exports)
{
    const struct {
        PSID *Sid;
        enum SEP_WELL_KNOWN Which;
    } Known[] = {
        {&Exports->SeNullSid, SEP_NULL},
        {&Exports->SeWorldSid, SEP_WORLD},
        {&Exports->SeLocalSid, SEP_LOCAL},
        {&Exports->SeCreatorOwnerSid, SEP_CREATOR_OWNER},
        {&Exports->SeCreatorGroupSid, SEP_CREATOR_GROUP},
        {&Exports->SeNtAuthoritySid, SEP_NT_AUTHORITY},
        {&Exports->SeDialupSid, SEP_DIALUP},
        {&Exports->SeNetworkSid, SEP_NETWORK},
        {&Exports->SeBatchSid, SEP_BATCH},
        {&Exports->SeInteractiveSid, SEP_INTERACTIVE},
        {&Exports->SeLocalSystemSid, SEP_SYSTEM},
        {&Exports->SeAliasAdminsSid, SEP_ADMINISTRATORS},
        {&Exports->SeAliasUsersSid, SEP_USERS},
        {&Exports->SeAliasGuestsSid, SEP_GUESTS},
        {&Exports->SeAliasPowerUsersSid, SEP_POWER_USERS},
        {&Exports->SeAliasAccountOpsSid, SEP_ACCOUNT_OPERATORS},
        {&Exports->SeAliasSystemOpsSid, SEP_SYSTEM_OPERATORS},
        {&Exports->SeAliasPrintOpsSid, SEP_PRINT_OPERATORS},
        {&Exports->SeAliasBackupOpsSid, SEP_BACKUP_OPERATORS},
        {&Exports->SeAuthenticatedUsersSid, SEP_AUTHENTICATED},
        {&Exports->SeRestrictedSid, SEP_RESTRICTED},
        {&Exports->SeAnonymousLogonSid, SEP_ANONYMOUS},
        {&Exports->SeLocalServiceSid, SEP_LOCAL_SERVICE},
        {&Exports->SeNetworkServiceSid, SEP_NETWORK_SERVICE},
        {&Exports->SeIUserSid, SEP_IUSER},
        {&Exports->SeUntrustedMandatorySid, SEP_UNTRUSTED},
        {&Exports->SeLowMandatorySid, SEP_LOW},
        {&Exports->SeMediumMandatorySid, SEP_MEDIUM},
        {&Exports->SeHighMandatorySid, SEP_HIGH},
        {&Exports->SeSystemMandatorySid, SEP_SYSTEM_INTEGRITY},
        {&Exports->SeOwnerRightsSid, SEP_OWNER_RIGHTS},
    };
    for (unsigned Index = 0; Index < sizeof(Known) / sizeof(Known[0]); Index++)
        *Known[Index].Sid = SepSid(Known[Index].Which);
}

/* ---- what ob asks ---------------------------------------------------------------------------- */

static NTSTATUS SepObCapture(
    const SECURITY_DESCRIPTOR *Descriptor, KPROCESSOR_MODE Mode, SECURITY_DESCRIPTOR **Copy)
{
    return SepCapture(Descriptor, Mode, NonPagedPoolNx, EX_KERNEL_SITE, Copy);
}

static NTSTATUS SepObAssign(const SECURITY_DESCRIPTOR *Parent, const SECURITY_DESCRIPTOR *Explicit,
    BOOLEAN Container, const GENERIC_MAPPING *Mapping, SECURITY_DESCRIPTOR **Descriptor)
{
    SECURITY_SUBJECT_CONTEXT Context;
    SepCaptureCurrent(&Context);
    NTSTATUS Status = SepAssign(Parent, Explicit, Container, SepContextToken(&Context), Mapping,
        NonPagedPoolNx, EX_KERNEL_SITE, Descriptor);
    SeReleaseSubjectContext(&Context);
    return Status;
}

static BOOLEAN SepObHasPrivilege(ULONG Privilege, KPROCESSOR_MODE Mode)
{
    return SeSinglePrivilegeCheck(RtlConvertUlongToLuid(Privilege), Mode);
}

static const OB_SECURITY SepObSecurity = {
    .Check = SeiCheckAccess,
    .Capture = SepObCapture,
    .Assign = SepObAssign,
    .HasPrivilege = SepObHasPrivilege,
};

/* ---- the standard directories ---------------------------------------------------------------- */

/* Everyone looks, administrators change; events and the like may be named by everyone. */
static NTSTATUS SepSecureDirectories(void)
{
    static const char *const Read[] = {"\\", "\\Device", "\\Driver", "\\FileSystem", "\\GLOBAL??",
        "\\ObjectTypes", "\\KernelObjects", "\\Callback"};
    static const char *const Create[] = {"\\BaseNamedObjects"};
    static const UNICODE_STRING ReadSddl = RTL_STRING(
        u"O:BAG:SYD:(A;;GRGX;;;WD)(A;;GA;;;SY)(A;;GA;;;BA)");
    static const UNICODE_STRING CreateSddl = RTL_STRING(
        u"O:BAG:SYD:(A;;GRGWGX;;;WD)(A;;GA;;;SY)(A;;GA;;;BA)");
    const struct {
        const char *const *Path;
        unsigned Count;
        const UNICODE_STRING *Sddl;
    } Group[] = {{Read, sizeof(Read) / sizeof(Read[0]), &ReadSddl}, {Create, 1, &CreateSddl}};

    for (unsigned Kind = 0; Kind < 2; Kind++) {
        for (unsigned Index = 0; Index < Group[Kind].Count; Index++) {
            void *Directory = ObiDirectoryByName(Group[Kind].Path[Index]);
            SECURITY_DESCRIPTOR *Descriptor;
            if (Directory == NULL)
                return STATUS_OBJECT_NAME_NOT_FOUND;
            NTSTATUS Status = SeiParseSddl(Group[Kind].Sddl, &Descriptor);
            if (!NT_SUCCESS(Status))
                return Status;
            SeiMapDescriptor(Descriptor, &ObpDirectoryObjectType->GenericMapping);
            ObiSetSecurity(Directory, Descriptor);
        }
    }
    return STATUS_SUCCESS;
}

static NTSTATUS SepCreateDefaultDacls(void)
{
    static const UNICODE_STRING Public = RTL_STRING(u"D:(A;;GRGX;;;WD)(A;;GA;;;SY)(A;;GA;;;BA)");
    SECURITY_DESCRIPTOR *Descriptor;
    SEP_PARTS Parts;

    NTSTATUS Status = SeiParseSddl(&Public, &Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    SepGetParts(Descriptor, &Parts);
    SePublicDefaultDacl = SepCreateAcl(Parts.Dacl->AclSize);
    if (SePublicDefaultDacl != NULL)
        __builtin_memcpy(SePublicDefaultDacl, Parts.Dacl, Parts.Dacl->AclSize);
    else
        Status = STATUS_INSUFFICIENT_RESOURCES;
    ExiFree(Descriptor);
    if (NT_SUCCESS(Status))
        Status = SepCopyDefaultDacl(
            SeiSystemToken, NonPagedPoolNx, EX_KERNEL_SITE, &SeSystemDefaultDacl);
    return Status;
}

NTSTATUS SeInitialize(void)
{
    /* What an earlier machine of this process had lay in memory that is gone. */
    SeiSystemToken = SeiAdministratorToken = SeiUserToken = NULL;
    SePublicDefaultDacl = SeSystemDefaultDacl = NULL;
    SepForgetDeviceDescriptors();
    SepForgetLogonRoutines();
    SepForgetShared();
    SepInitializeSids();
    SepFillPrivileges(&SepExports);
    SepFillSids(&SepExports);
    NTSTATUS Status = SepCreateTokens();
    if (NT_SUCCESS(Status))
        Status = SepCreateDefaultDacls();
    if (NT_SUCCESS(Status))
        Status = SepCreateDeviceDescriptors();
    if (NT_SUCCESS(Status))
        Status = SepSecureDirectories();
    if (NT_SUCCESS(Status))
        ObSecurity = &SepObSecurity;
    else
        SeTerminate();
    return Status;
}

void SeTerminate(void)
{
    ObSecurity = NULL;
    SepDestroyDeviceDescriptors();
    if (SePublicDefaultDacl != NULL)
        ExiFree(SePublicDefaultDacl);
    if (SeSystemDefaultDacl != NULL)
        ExiFree(SeSystemDefaultDacl);
    SePublicDefaultDacl = SeSystemDefaultDacl = NULL;
    SepDestroyTokens();
}
