/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ob_test.h - names and objects for the tests of ob. Handles are kernel handles unless a test is
 * about them.
 */
#ifndef TESTS_KERNEL_OB_OB_TEST_H
#define TESTS_KERNEL_OB_OB_TEST_H

#include <ntifs.h>

#include "ktest.h"

#define OB_TEST_FOLDER L"\\BaseNamedObjects\\"

#ifndef DIRECTORY_QUERY
#define DIRECTORY_QUERY 0x0001
#endif
#ifndef DIRECTORY_ALL_ACCESS
#define DIRECTORY_ALL_ACCESS 0x000F000F
#endif
#ifndef SYMBOLIC_LINK_QUERY
#define SYMBOLIC_LINK_QUERY 0x0001
#endif
#ifndef SYMBOLIC_LINK_ALL_ACCESS
#define SYMBOLIC_LINK_ALL_ACCESS 0x000F0001
#endif
#ifndef EVENT_MODIFY_STATE
#define EVENT_MODIFY_STATE 0x0002
#endif
#ifndef EVENT_ALL_ACCESS
#define EVENT_ALL_ACCESS 0x001F0003
#endif

/*
 * The WDK's import library makes ExEventObjectType a pointer to the variable; mingw-w64 declares it
 * the same but imports the variable itself.
 */
#ifdef __MINGW64_VERSION_MAJOR
#define OB_TEST_TYPE(Variable) ((POBJECT_TYPE)(PVOID)(Variable))
#else
#define OB_TEST_TYPE(Variable) (*(Variable))
#endif
#define OB_TEST_EVENT OB_TEST_TYPE(ExEventObjectType)
#define OB_TEST_SEMAPHORE OB_TEST_TYPE(ExSemaphoreObjectType)

/* An export that is not in every Windows or import library; the test is over where it is
 * missing. */
#define OB_LATER(Name, Returns, ...)                                                           \
    Returns(NTAPI *Name)(__VA_ARGS__) = (Returns(NTAPI *)(__VA_ARGS__))(ULONG_PTR)KtestExport( \
        L"" #Name);                                                                            \
    if (Name == NULL) {                                                                        \
        skip("not on this Windows");                                                           \
        return;                                                                                \
    }

typedef struct OB_TEST_NAME {
    UNICODE_STRING Path;
    OBJECT_ATTRIBUTES Attributes;
} OB_TEST_NAME;

/* Path NULL: no name. */
static inline POBJECT_ATTRIBUTES ObTestName(OB_TEST_NAME *Name, const WCHAR *Path, ULONG Flags)
{
    RtlInitUnicodeString(&Name->Path, Path);
    InitializeObjectAttributes(&Name->Attributes, Path != NULL ? &Name->Path : NULL,
                               Flags | OBJ_KERNEL_HANDLE, NULL, NULL);
    return &Name->Attributes;
}

/* A new event without a name, NULL with a failed check. */
static inline HANDLE ObTestEvent(ACCESS_MASK Access, EVENT_TYPE Type, BOOLEAN State, ULONG Flags)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle = NULL;

    InitializeObjectAttributes(&Attributes, NULL, Flags, NULL, NULL);
    CHECK_STATUS(ZwCreateEvent(&Handle, Access, &Attributes, Type, State), STATUS_SUCCESS);
    return Handle;
}

static inline NTSTATUS ObTestPoll(HANDLE Handle)
{
    LARGE_INTEGER Now;

    Now.QuadPart = 0;
    return ZwWaitForSingleObject(Handle, FALSE, &Now);
}

/* What a handle grants, 0 when it is none. */
static inline ACCESS_MASK ObTestGranted(HANDLE Handle)
{
    OBJECT_HANDLE_INFORMATION Information = {0, 0};
    PVOID Object;

    if (!NT_SUCCESS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Object, &Information)))
        return 0;
    ObDereferenceObject(Object);
    return Information.GrantedAccess;
}

#endif
