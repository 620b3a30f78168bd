/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Whose tokens processes and threads have. A process has a primary token; a thread may impersonate
 * a client with another one, which counts for what it does until it reverts. One lock guards all
 * these pointers; nothing is done under it but taking a reference.
 */
#include "ke/zw.h"
#include "ps/psp.h"
#include "ps/token.h"

static KSPIN_LOCK PspTokenLock;

/* ---- processes ------------------------------------------------------------------------------- */

SE_TOKEN *PspReferenceToken(EPROCESS *Process)
{
    KIRQL Old = KiAcquireLock(&PspTokenLock);
    SE_TOKEN *Token = Process->Token;
    ObiReference(Token);
    KiReleaseLock(&PspTokenLock, Old);
    return Token;
}

void PspSetToken(EPROCESS *Process, SE_TOKEN *Token)
{
    KIRQL Old = KiAcquireLock(&PspTokenLock);
    SE_TOKEN *Before = Process->Token;
    Process->Token = Token;
    KiReleaseLock(&PspTokenLock, Old);
    ObfDereferenceObject(Before);
}

/*
 * PsReferencePrimaryToken - the process's token.
 * IRQL: PASSIVE_LEVEL. Owner: caller; PsDereferencePrimaryToken or ObDereferenceObject.
 * Source: DOC ntifs; OBS tests/kernel/ps/PsReferencePrimaryToken.c
 */
SE_TOKEN *NTAPI PsReferencePrimaryToken(EPROCESS *Process)
{
    return PspReferenceToken(Process);
}

/* PsDereferencePrimaryToken - lets it go. IRQL: up to APC_LEVEL. Source: DOC ntifs. */
void NTAPI PsDereferencePrimaryToken(SE_TOKEN *Token)
{
    ObfDereferenceObject(Token);
}

/* ---- threads --------------------------------------------------------------------------------- */

/* Puts Token, whose reference is used up, in place of what the thread impersonates with. NULL:
 * nothing from now on. */
static void PspSetClient(ETHREAD *Thread, SE_TOKEN *Token, BOOLEAN CopyOnOpen,
    BOOLEAN EffectiveOnly, SECURITY_IMPERSONATION_LEVEL Level)
{
    KIRQL Old = KiAcquireLock(&PspTokenLock);
    SE_TOKEN *Before = Thread->ClientToken;
    Thread->CopyOnOpen = CopyOnOpen;
    Thread->EffectiveOnly = EffectiveOnly;
    Thread->ClientLevel = Level;
    __atomic_store_n(&Thread->ClientToken, Token, __ATOMIC_RELEASE);
    KiReleaseLock(&PspTokenLock, Old);
    if (Before != NULL)
        ObfDereferenceObject(Before);
}

void PspRundownTokens(ETHREAD *Thread)
{
    if (Thread->ClientToken != NULL)
        PspSetClient(Thread, NULL, FALSE, FALSE, SecurityAnonymous);
}

/* What a thread impersonates with, with a reference to the token; Token NULL: it does not. */
static SE_IMPERSONATION_STATE PspReferenceClient(ETHREAD *Thread)
{
    SE_IMPERSONATION_STATE State = {0};
    if (__atomic_load_n(&Thread->ClientToken, __ATOMIC_ACQUIRE) == NULL)
        return State;
    KIRQL Old = KiAcquireLock(&PspTokenLock);
    if (Thread->ClientToken != NULL) {
        State = (SE_IMPERSONATION_STATE){
            Thread->ClientToken, Thread->CopyOnOpen, Thread->EffectiveOnly, Thread->ClientLevel};
        ObiReference(Thread->ClientToken);
    }
    KiReleaseLock(&PspTokenLock, Old);
    return State;
}

static void PspCaptureTokens(ETHREAD *Thread, EPROCESS *Process, SECURITY_SUBJECT_CONTEXT *Context)
{
    if (Thread != NULL) {
        SE_IMPERSONATION_STATE State = PspReferenceClient(Thread);
        Context->ClientToken = State.Token;
        Context->ImpersonationLevel = State.Level;
    }
    Context->PrimaryToken = PspReferenceToken(Process);
    Context->ProcessAuditId = Process->UniqueProcessId;
}

static void PspCurrentSubject(ETHREAD **Thread, EPROCESS **Process)
{
    *Thread = PsiCurrentThread();
    *Process = *Thread != NULL ? (*Thread)->Process : NULL;
}

void PspInitializeTokens(void)
{
    PspTokenLock = 0;
    SeCaptureTokens = PspCaptureTokens;
    SeCurrentSubject = PspCurrentSubject;
}

/*
 * PsReferenceImpersonationToken - the token a thread impersonates with, and how.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: the token; NULL: the thread does not impersonate, and nothing is written.
 * Owner:   caller; PsDereferenceImpersonationToken.
 * Source:  DOC ntifs/PsReferenceImpersonationToken; OBS tests/kernel/ps/PsImpersonateClient.c
 */
SE_TOKEN *NTAPI PsReferenceImpersonationToken(ETHREAD *Thread, BOOLEAN *CopyOnOpen,
    BOOLEAN *EffectiveOnly, SECURITY_IMPERSONATION_LEVEL *ImpersonationLevel)
{
    SE_IMPERSONATION_STATE State = PspReferenceClient(Thread);
    if (State.Token != NULL) {
        *CopyOnOpen = State.CopyOnOpen;
        *EffectiveOnly = State.EffectiveOnly;
        *ImpersonationLevel = State.Level;
    }
    return State.Token;
}

/* PsDereferenceImpersonationToken - lets it go; NULL is nothing. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs. */
void NTAPI PsDereferenceImpersonationToken(SE_TOKEN *ImpersonationToken)
{
    if (ImpersonationToken != NULL)
        ObfDereferenceObject(ImpersonationToken);
}

/* PsIsThreadImpersonating - whether a thread impersonates. IRQL: any. Source: DOC ntifs; OBS
 * tests/kernel/ps/PsImpersonateClient.c */
BOOLEAN NTAPI PsIsThreadImpersonating(ETHREAD *Thread)
{
    return __atomic_load_n(&Thread->ClientToken, __ATOMIC_ACQUIRE) != NULL;
}

/* Without SeImpersonatePrivilege a process acts for its own user only; of others it learns no more
 * than who they are. */
static BOOLEAN PspMayImpersonate(ETHREAD *Thread, const SE_TOKEN *Token)
{
    SE_TOKEN *Primary = PspReferenceToken(Thread->Owner);
    const BOOLEAN May = SeiTokenHasPrivilege(Primary, SE_IMPERSONATE_PRIVILEGE) ||
        (RtlEqualSid(Primary->User, Token->User) &&
            (Primary->RestrictedCount == 0) == (Token->RestrictedCount == 0));
    ObfDereferenceObject(Primary);
    return May;
}

/*
 * PsImpersonateClient - has a thread act for a client from now on.
 *
 * Token:   the client's, primary or not; NULL ends the impersonation. CopyOnOpen: who opens the
 *          thread's token gets a copy. EffectiveOnly: what is disabled in the token stays so.
 *          ImpersonationLevel: lowered to SecurityIdentification where the thread's process has no
 *          SeImpersonatePrivilege and another user.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC ntifs/PsImpersonateClient; OBS tests/kernel/ps/PsImpersonateClient.c
 */
NTSTATUS NTAPI PsImpersonateClient(ETHREAD *Thread, SE_TOKEN *Token, BOOLEAN CopyOnOpen,
    BOOLEAN EffectiveOnly, SECURITY_IMPERSONATION_LEVEL ImpersonationLevel)
{
    if (Token == NULL) {
        PspRundownTokens(Thread);
        return STATUS_SUCCESS;
    }
    if (ImpersonationLevel > SecurityIdentification && !PspMayImpersonate(Thread, Token))
        ImpersonationLevel = SecurityIdentification;
    ObiReference(Token);
    PspSetClient(Thread, Token, CopyOnOpen, EffectiveOnly, ImpersonationLevel);
    return STATUS_SUCCESS;
}

NTSTATUS PspAssignToken(ETHREAD *Thread, HANDLE Handle)
{
    SE_TOKEN *Token;
    if (Handle == NULL)
        return PsImpersonateClient(Thread, NULL, FALSE, FALSE, SecurityAnonymous);
    NTSTATUS Status = ObReferenceObjectByHandle(
        Handle, TOKEN_IMPERSONATE, SeTokenObjectType, KiPreviousMode(), (void **)&Token, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Token->Type != TokenImpersonation
        ? STATUS_BAD_TOKEN_TYPE
        : PsImpersonateClient(Thread, Token, FALSE, FALSE, Token->Level);
    ObfDereferenceObject(Token);
    return Status;
}

/*
 * PsAssignImpersonationToken - has a thread impersonate with the token of a handle.
 *
 * Token:   of an impersonation token; NULL ends the impersonation.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BAD_TOKEN_TYPE: a primary token; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 * ACCESS_DENIED: no TOKEN_IMPERSONATE.
 * Source:  DOC ntifs/PsAssignImpersonationToken; OBS tests/kernel/ps/PsAssignImpersonationToken.c
 */
NTSTATUS NTAPI PsAssignImpersonationToken(ETHREAD *Thread, HANDLE Token)
{
    return PspAssignToken(Thread, Token);
}

/*
 * NtImpersonateAnonymousToken - has a thread act for nobody in particular.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no THREAD_IMPERSONATE, or
 *          the process's token is restricted; INSUFFICIENT_RESOURCES.
 * Source:  DOC securitybaseapi/ImpersonateAnonymousToken, which is built on it; OBS
 *          tests/kernel/ps/ZwImpersonateAnonymousToken.c
 */
NTSTATUS NTAPI NtImpersonateAnonymousToken(HANDLE ThreadHandle)
{
    SE_TOKEN *Token, *Primary;
    ETHREAD *Thread;
    NTSTATUS Status = PspReferenceThread(ThreadHandle, PSP_THREAD_IMPERSONATE, &Thread);
    if (!NT_SUCCESS(Status))
        return Status;
    Primary = PspReferenceToken(Thread->Owner);
    Status = Primary->RestrictedCount != 0 ? STATUS_ACCESS_DENIED : SeiCreateAnonymousToken(&Token);
    ObfDereferenceObject(Primary);
    if (NT_SUCCESS(Status))
        PspSetClient(Thread, Token, TRUE, FALSE, SecurityImpersonation);
    ObfDereferenceObject(Thread);
    return Status;
}

NTSTATUS NTAPI ZwImpersonateAnonymousToken(HANDLE ThreadHandle)
{
    return ZW_CALL(ImpersonateAnonymousToken, (ThreadHandle));
}

/* PsRevertToSelf - the current thread acts for nobody else any more. IRQL: PASSIVE_LEVEL. Source:
 * DOC ntifs. */
void NTAPI PsRevertToSelf(void)
{
    PspRundownTokens(PsiCurrentThread());
}

/* PsRevertThreadToSelf - the same for a thread. IRQL: PASSIVE_LEVEL. Source: INF: undocumented. */
void NTAPI PsRevertThreadToSelf(ETHREAD *Thread)
{
    PspRundownTokens(Thread);
}

/*
 * PsDisableImpersonation - has a thread act for itself until PsRestoreImpersonation.
 *
 * ImpersonationState: what it impersonated with; its token is NULL if it did not.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: it did.
 * Source:  DOC ntifs/PsDisableImpersonation; OBS tests/kernel/ps/PsDisableImpersonation.c
 */
BOOLEAN NTAPI PsDisableImpersonation(ETHREAD *Thread, SE_IMPERSONATION_STATE *ImpersonationState)
{
    *ImpersonationState = PspReferenceClient(Thread);
    PspRundownTokens(Thread);
    return ImpersonationState->Token != NULL;
}

/* PsRestoreImpersonation - has it act as it did, and lets the state's token go. IRQL:
 * PASSIVE_LEVEL. Source: DOC ntifs. */
void NTAPI PsRestoreImpersonation(ETHREAD *Thread, SE_IMPERSONATION_STATE *ImpersonationState)
{
    PsImpersonateClient(Thread, ImpersonationState->Token, ImpersonationState->CopyOnOpen,
        ImpersonationState->EffectiveOnly, ImpersonationState->Level);
    PsDereferenceImpersonationToken(ImpersonationState->Token);
}

/* ---- for a server ---------------------------------------------------------------------------- */

/* Uses up the reference of State->Token on failure. */
static NTSTATUS PspMakeSecurity(SE_IMPERSONATION_STATE *State,
    const SECURITY_QUALITY_OF_SERVICE *Quality, BOOLEAN Remote, SECURITY_CLIENT_CONTEXT *Context)
{
    SE_TOKEN *Token = State->Token, *Copy;
    NTSTATUS Status = STATUS_SUCCESS;
    /* What is impersonated already is passed on no further than it goes. */
    if (Token->Type == TokenImpersonation &&
        (Quality->ImpersonationLevel > State->Level ||
            (Remote && State->Level != SecurityDelegation)))
        Status = STATUS_BAD_IMPERSONATION_LEVEL;
    *Context = (SECURITY_CLIENT_CONTEXT){.SecurityQos = *Quality, .ServerIsRemote = Remote};
    Context->SecurityQos.Length = sizeof(*Quality);
    if (NT_SUCCESS(Status) && Quality->ContextTrackingMode == SECURITY_STATIC_TRACKING) {
        Status = SeiDuplicateToken(
            Token, TokenImpersonation, Quality->ImpersonationLevel, Quality->EffectiveOnly, &Copy);
        Context->ClientToken = Copy;
        ObfDereferenceObject(Token);
    } else if (NT_SUCCESS(Status)) {
        Context->ClientToken = Token;
        Context->DirectlyAccessClientToken = TRUE;
        Context->DirectAccessEffectiveOnly = Quality->EffectiveOnly || State->EffectiveOnly;
        Context->ClientTokenControl = (TOKEN_CONTROL){
            Token->TokenId, Token->AuthenticationId, Token->ModifiedId, Token->Source};
    } else {
        ObfDereferenceObject(Token);
    }
    if (!NT_SUCCESS(Status))
        Context->ClientToken = NULL;
    return Status;
}

/*
 * SeCreateClientSecurity - what a server needs to act for a thread later.
 *
 * ClientThread: its token in force. ClientSecurityQos: how far the server may go; with
 *               SECURITY_STATIC_TRACKING a copy of the token is made, else the token itself is
 *               used. RemoteSession: the server passes it on over a network.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BAD_IMPERSONATION_LEVEL: the thread itself impersonates and may not go that
 * far; INSUFFICIENT_RESOURCES.
 * Owner:   caller; SeDeleteClientSecurity, which is a macro.
 * Source:  DOC ntifs/SeCreateClientSecurity; OBS tests/kernel/se/SeCreateClientSecurity.c
 */
NTSTATUS NTAPI SeCreateClientSecurity(ETHREAD *ClientThread,
    SECURITY_QUALITY_OF_SERVICE *ClientSecurityQos, BOOLEAN RemoteSession,
    SECURITY_CLIENT_CONTEXT *ClientContext)
{
    SE_IMPERSONATION_STATE State = PspReferenceClient(ClientThread);
    if (State.Token == NULL)
        State.Token = PspReferenceToken(ClientThread->Owner);
    return PspMakeSecurity(&State, ClientSecurityQos, RemoteSession, ClientContext);
}

/*
 * SeCreateClientSecurityFromSubjectContext - the same for a captured subject.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as SeCreateClientSecurity.
 * Owner:   caller; SeDeleteClientSecurity.
 * Source:  DOC ntifs/SeCreateClientSecurityFromSubjectContext; OBS
 *          tests/kernel/se/SeCreateClientSecurity.c
 */
NTSTATUS NTAPI SeCreateClientSecurityFromSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext,
    SECURITY_QUALITY_OF_SERVICE *ClientSecurityQos, BOOLEAN ServerIsRemote,
    SECURITY_CLIENT_CONTEXT *ClientContext)
{
    SE_IMPERSONATION_STATE State = {
        .Token = SubjectContext->ClientToken, .Level = SubjectContext->ImpersonationLevel};
    if (State.Token == NULL)
        State.Token = SubjectContext->PrimaryToken;
    ObiReference(State.Token);
    return PspMakeSecurity(&State, ClientSecurityQos, ServerIsRemote, ClientContext);
}

/*
 * SeImpersonateClientEx - has a thread act for the client of SeCreateClientSecurity.
 *
 * ServerThread: NULL for the current one.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC ntifs/SeImpersonateClientEx; OBS tests/kernel/se/SeCreateClientSecurity.c
 */
NTSTATUS NTAPI SeImpersonateClientEx(SECURITY_CLIENT_CONTEXT *ClientContext, ETHREAD *ServerThread)
{
    const BOOLEAN EffectiveOnly = ClientContext->DirectlyAccessClientToken
        ? ClientContext->DirectAccessEffectiveOnly
        : ClientContext->SecurityQos.EffectiveOnly;
    return PsImpersonateClient(ServerThread != NULL ? ServerThread : PsiCurrentThread(),
        ClientContext->ClientToken, TRUE, EffectiveOnly,
        ClientContext->SecurityQos.ImpersonationLevel);
}

/* SeImpersonateClient - the same without an answer. IRQL: PASSIVE_LEVEL. Source: DOC
 * ntifs/SeImpersonateClient. */
void NTAPI SeImpersonateClient(SECURITY_CLIENT_CONTEXT *ClientContext, ETHREAD *ServerThread)
{
    SeImpersonateClientEx(ClientContext, ServerThread);
}

/* ---- handles --------------------------------------------------------------------------------- */

/* A handle of the caller's to Token, whose reference is used up; access is checked against the
 * token's descriptor. */
static NTSTATUS PspOpenToken(SE_TOKEN *Token, ACCESS_MASK Access, ULONG Attributes, HANDLE *To)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    if (Mode != KernelMode)
        Attributes &= ~(ULONG)OBJ_KERNEL_HANDLE;
    NTSTATUS Status = ObOpenObjectByPointer(
        Token, Attributes, NULL, Access, SeTokenObjectType, Mode, &Handle);
    ObfDereferenceObject(Token);
    return NT_SUCCESS(Status) ? ObiReturnHandle(To, Handle, Mode, Status) : Status;
}

/*
 * NtOpenProcessTokenEx - a handle to a process's token.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          PROCESS_QUERY_(LIMITED_)INFORMATION, or the token does not grant DesiredAccess;
 *          INVALID_PARAMETER: unknown attributes; ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  DOC ntifs/ZwOpenProcessTokenEx; OBS tests/kernel/ps/ZwOpenProcessTokenEx.c
 */
NTSTATUS NTAPI NtOpenProcessTokenEx(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, ULONG HandleAttributes, HANDLE *TokenHandle)
{
    ACCESS_MASK Granted;
    void *Process;
    NTSTATUS Status = ObiProbeOutput(TokenHandle, sizeof(HANDLE), sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObiReferenceByHandle(
            ProcessHandle, PsProcessObjectType, KiPreviousMode(), &Process, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    if (KiPreviousMode() != KernelMode &&
        !(Granted & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION)))
        Status = STATUS_ACCESS_DENIED;
    else
        Status = PspOpenToken(
            PspReferenceToken(Process), DesiredAccess, HandleAttributes, TokenHandle);
    ObfDereferenceObject(Process);
    return Status;
}

/* NtOpenProcessToken - the same with ordinary handle attributes. Source: DOC
 * ntifs/NtOpenProcessToken. */
NTSTATUS NTAPI NtOpenProcessToken(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, HANDLE *TokenHandle)
{
    return NtOpenProcessTokenEx(ProcessHandle, DesiredAccess, 0, TokenHandle);
}

NTSTATUS NTAPI ZwOpenProcessTokenEx(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, ULONG HandleAttributes, HANDLE *TokenHandle)
{
    return ZW_CALL(
        OpenProcessTokenEx, (ProcessHandle, DesiredAccess, HandleAttributes, TokenHandle));
}

NTSTATUS NTAPI ZwOpenProcessToken(
    HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, HANDLE *TokenHandle)
{
    return ZW_CALL(OpenProcessToken, (ProcessHandle, DesiredAccess, TokenHandle));
}

/* The token behind a handle that is opened now: itself, or a copy that goes as far as the thread
 * does. */
static NTSTATUS PspClientForOpen(ETHREAD *Thread, SE_TOKEN **Token)
{
    SE_IMPERSONATION_STATE State = PspReferenceClient(Thread);
    NTSTATUS Status = STATUS_SUCCESS;
    *Token = State.Token;
    if (State.Token == NULL)
        return STATUS_NO_TOKEN;
    if (State.Level == SecurityAnonymous)
        Status = STATUS_CANT_OPEN_ANONYMOUS;
    else if (!State.CopyOnOpen)
        return STATUS_SUCCESS;
    else
        Status = SeiDuplicateToken(
            State.Token, TokenImpersonation, State.Level, State.EffectiveOnly, Token);
    ObfDereferenceObject(State.Token);
    return Status;
}

/*
 * NtOpenThreadTokenEx - a handle to the token a thread impersonates with.
 *
 * OpenAsSelf: access is checked as the process, not as the client that may be impersonated.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_TOKEN: it does not impersonate; CANT_OPEN_ANONYMOUS: nobody in particular;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          THREAD_QUERY_(LIMITED_)INFORMATION, or the token does not grant DesiredAccess;
 *          INVALID_PARAMETER, ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  DOC ntifs/ZwOpenThreadTokenEx; OBS tests/kernel/ps/ZwOpenThreadTokenEx.c
 */
NTSTATUS NTAPI NtOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    BOOLEAN OpenAsSelf, ULONG HandleAttributes, HANDLE *TokenHandle)
{
    SE_IMPERSONATION_STATE Before = {0};
    ACCESS_MASK Granted;
    SE_TOKEN *Token;
    void *Thread;
    NTSTATUS Status = ObiProbeOutput(TokenHandle, sizeof(HANDLE), sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObiReferenceByHandle(
            ThreadHandle, PsThreadObjectType, KiPreviousMode(), &Thread, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    if (KiPreviousMode() != KernelMode &&
        !(Granted & (THREAD_QUERY_INFORMATION | THREAD_QUERY_LIMITED_INFORMATION)))
        Status = STATUS_ACCESS_DENIED;
    else
        Status = PspClientForOpen(Thread, &Token);
    if (NT_SUCCESS(Status)) {
        if (OpenAsSelf)
            PsDisableImpersonation(PsiCurrentThread(), &Before);
        Status = PspOpenToken(Token, DesiredAccess, HandleAttributes, TokenHandle);
        if (Before.Token != NULL)
            PsRestoreImpersonation(PsiCurrentThread(), &Before);
    }
    ObfDereferenceObject(Thread);
    return Status;
}

/* NtOpenThreadToken - the same with ordinary handle attributes. Source: DOC
 * ntifs/NtOpenThreadToken. */
NTSTATUS NTAPI NtOpenThreadToken(
    HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN OpenAsSelf, HANDLE *TokenHandle)
{
    return NtOpenThreadTokenEx(ThreadHandle, DesiredAccess, OpenAsSelf, 0, TokenHandle);
}

NTSTATUS NTAPI ZwOpenThreadTokenEx(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
    BOOLEAN OpenAsSelf, ULONG HandleAttributes, HANDLE *TokenHandle)
{
    return ZW_CALL(OpenThreadTokenEx,
        (ThreadHandle, DesiredAccess, OpenAsSelf, HandleAttributes, TokenHandle));
}

NTSTATUS NTAPI ZwOpenThreadToken(
    HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN OpenAsSelf, HANDLE *TokenHandle)
{
    return ZW_CALL(OpenThreadToken, (ThreadHandle, DesiredAccess, OpenAsSelf, TokenHandle));
}
