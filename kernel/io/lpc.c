/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Connection ports. The type is there; the servers of Windows that make ports (the session manager,
 * the logon process) are not, and drivers cannot make any: whoever connects is told that there is
 * no such name, as on a Windows where the server does not run.
 */
#include "io/iop.h"
#include "ke/zw.h"

OBJECT_TYPE *LpcPortObjectType;

NTSTATUS IopCreatePortType(void)
{
    static const OBJECT_TYPE Template = {
        .GenericMapping = {STANDARD_RIGHTS_READ | 1, 1, 0,
            STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 1},
        .ValidAccess = STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 1,
        .PoolTag = 0x74726F50, /* 'Port' */
        .CaseInsensitive = TRUE,
    };
    return ObiCreateType(
        LdrTargetVersion >= WINVER_VISTA ? "ALPC Port" : "Port", &Template, &LpcPortObjectType);
}

/*
 * NtConnectPort - connect to a server's port by its name.
 *
 * SecurityQos, ClientView, ServerView, MaxMessageLength, ConnectionInformation,
 * ConnectionInformationLength: what passes between the two once there is a server; untouched. IRQL:
 * PASSIVE_LEVEL Returns: OBJECT_NAME_NOT_FOUND, OBJECT_PATH_NOT_FOUND: nobody has made that port;
 *          OBJECT_TYPE_MISMATCH: the name is something else's; OBJECT_PATH_SYNTAX_BAD,
 *          OBJECT_NAME_INVALID, ACCESS_VIOLATION, INSUFFICIENT_RESOURCES; PORT_CONNECTION_REFUSED:
 *          a port nobody listens to.
 * Source:  INF: undocumented; the statuses are those of opening by name; OBS
 *          tests/kernel/io/ZwConnectPort.c
 */
NTSTATUS NTAPI NtConnectPort(HANDLE *PortHandle, UNICODE_STRING *PortName,
    SECURITY_QUALITY_OF_SERVICE *SecurityQos, void *ClientView, void *ServerView,
    ULONG *MaxMessageLength, void *ConnectionInformation, ULONG *ConnectionInformationLength)
{
    UNICODE_STRING Name;
    void *Port;
    (void)SecurityQos, (void)ClientView, (void)ServerView;
    (void)MaxMessageLength, (void)ConnectionInformation, (void)ConnectionInformationLength;
    NTSTATUS Status = ObiProbeOutput(
        PortHandle, sizeof(*PortHandle), sizeof(*PortHandle), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObiCaptureString(PortName, KiPreviousMode(), &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiLookup(NULL, &Name, OBJ_CASE_INSENSITIVE, LpcPortObjectType, NULL, NULL, &Port);
    if (Name.Buffer != NULL)
        ExiFree(Name.Buffer);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiGetType(Port) == LpcPortObjectType ? STATUS_PORT_CONNECTION_REFUSED
                                                   : STATUS_OBJECT_TYPE_MISMATCH;
    ObfDereferenceObject(Port);
    return Status;
}

NTSTATUS NTAPI ZwConnectPort(HANDLE *PortHandle, UNICODE_STRING *PortName,
    SECURITY_QUALITY_OF_SERVICE *SecurityQos, void *ClientView, void *ServerView,
    ULONG *MaxMessageLength, void *ConnectionInformation, ULONG *ConnectionInformationLength)
{
    return ZW_CALL(ConnectPort,
        (PortHandle, PortName, SecurityQos, ClientView, ServerView, MaxMessageLength,
            ConnectionInformation, ConnectionInformationLength));
}

/*
 * ZwSecureConnectPort - NtConnectPort to a server that must be a certain user's: RequiredServerSid,
 * optional.
 * IRQL: PASSIVE_LEVEL. Returns: as NtConnectPort. Source: INF as above; OBS
 * tests/kernel/io/ZwConnectPort.c
 */
NTSTATUS NTAPI ZwSecureConnectPort(HANDLE *PortHandle, UNICODE_STRING *PortName,
    SECURITY_QUALITY_OF_SERVICE *SecurityQos, void *ClientView, PSID RequiredServerSid,
    void *ServerView, ULONG *MaxMessageLength, void *ConnectionInformation,
    ULONG *ConnectionInformationLength)
{
    (void)RequiredServerSid;
    return ZwConnectPort(PortHandle, PortName, SecurityQos, ClientView, ServerView,
        MaxMessageLength, ConnectionInformation, ConnectionInformationLength);
}

/* What a handle leads to, if it is a port's: one that nobody answers. */
static NTSTATUS IopRequestPort(HANDLE PortHandle)
{
    void *Port;
    NTSTATUS Status = ObiReferenceByHandle(
        PortHandle, LpcPortObjectType, KiPreviousMode(), &Port, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    ObfDereferenceObject(Port);
    return STATUS_PORT_DISCONNECTED;
}

/*
 * NtRequestPort, NtRequestWaitReplyPort - send a message through a port, and wait for the answer.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: INVALID_HANDLE; OBJECT_TYPE_MISMATCH: no port's handle; PORT_DISCONNECTED: nobody is at
 * its other end.
 * Source:  INF: undocumented; OBS tests/kernel/io/ZwConnectPort.c
 */
NTSTATUS NTAPI NtRequestPort(HANDLE PortHandle, void *RequestMessage)
{
    (void)RequestMessage;
    return IopRequestPort(PortHandle);
}

NTSTATUS NTAPI NtRequestWaitReplyPort(HANDLE PortHandle, void *RequestMessage, void *ReplyMessage)
{
    (void)RequestMessage, (void)ReplyMessage;
    return IopRequestPort(PortHandle);
}

NTSTATUS NTAPI ZwRequestPort(HANDLE PortHandle, void *RequestMessage)
{
    return ZW_CALL(RequestPort, (PortHandle, RequestMessage));
}

NTSTATUS NTAPI ZwRequestWaitReplyPort(HANDLE PortHandle, void *RequestMessage, void *ReplyMessage)
{
    return ZW_CALL(RequestWaitReplyPort, (PortHandle, RequestMessage, ReplyMessage));
}
