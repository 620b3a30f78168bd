/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* SetupDi and CM calls: a driver's device and its interface are found, described and opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "setup.h"

static dotsys_machine *Machine;

/* Of tests/kernel/pnpstack/pnpfunc.c. */
static const GUID Class = {
    0x6b8d7a54, 0x6e1c, 0x4f0e, {0x9c, 0x43, 0x1f, 0x3b, 0x5a, 0x8f, 0x7d, 0x21}};
static const GUID Nobody = {
    0x6b8d7a54, 0x6e1c, 0x4f0e, {0x9c, 0x43, 0x1f, 0x3b, 0x5a, 0x8f, 0x7d, 0x22}};

static void assert_error(BOOL Result, DWORD Error)
{
    assert_false(Result);
    assert_int_equal(GetLastError(), Error);
}

static HDEVINFO Interfaces(void)
{
    HDEVINFO Set = SetupDiGetClassDevsA(&Class, NULL, NULL, DIGCF_PRESENT | DIGCF_DEVICEINTERFACE);
    assert_ptr_not_equal(Set, INVALID_HANDLE_VALUE);
    return Set;
}

static void FindsAndOpensTheInterface(void)
{
    HDEVINFO Set = Interfaces();
    SP_DEVICE_INTERFACE_DATA Interface = {.cbSize = sizeof(Interface)};
    SP_DEVINFO_DATA Device = {.cbSize = sizeof(Device)};
    _Alignas(8) char Room[512];
    PSP_DEVICE_INTERFACE_DETAIL_DATA_A Detail = (PSP_DEVICE_INTERFACE_DETAIL_DATA_A)(void *)Room;
    DWORD Needed = 0;

    assert_true(SetupDiEnumDeviceInterfaces(Set, NULL, &Class, 0, &Interface));
    assert_int_equal(Interface.Flags, SPINT_ACTIVE);
    assert_error(SetupDiGetDeviceInterfaceDetailA(Set, &Interface, NULL, 0, &Needed, NULL),
        ERROR_INSUFFICIENT_BUFFER);
    assert_true(Needed > sizeof(DWORD) && Needed < sizeof(Room));
    Detail->cbSize = sizeof(*Detail);
    assert_true(SetupDiGetDeviceInterfaceDetailA(Set, &Interface, Detail, Needed, NULL, &Device));
    HANDLE File = CreateFileA(
        Detail->DevicePath, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(File, INVALID_HANDLE_VALUE);
    assert_true(CloseHandle(File));
    assert_error(
        SetupDiEnumDeviceInterfaces(Set, NULL, &Class, 1, &Interface), ERROR_NO_MORE_ITEMS);
    assert_error(
        SetupDiEnumDeviceInterfaces(Set, NULL, &Nobody, 0, &Interface), ERROR_NO_MORE_ITEMS);
    Detail->cbSize = 3;
    assert_error(SetupDiGetDeviceInterfaceDetailA(Set, &Interface, Detail, Needed, NULL, NULL),
        ERROR_INVALID_USER_BUFFER);
    assert_true(SetupDiDestroyDeviceInfoList(Set));
}

static void DescribesTheDevice(void)
{
    HDEVINFO Set = SetupDiGetClassDevsA(NULL, "ROOT", NULL, DIGCF_PRESENT | DIGCF_ALLCLASSES);
    SP_DEVINFO_DATA Device = {.cbSize = sizeof(Device)};
    char Text[256];
    DWORD Type, Needed;

    assert_ptr_not_equal(Set, INVALID_HANDLE_VALUE);
    assert_true(SetupDiEnumDeviceInfo(Set, 0, &Device));
    assert_true(SetupDiGetDeviceInstanceIdA(Set, &Device, Text, sizeof(Text), &Needed));
    assert_string_equal(Text, "ROOT\\pnpfunc\\0000");
    assert_int_equal(Needed, sizeof("ROOT\\pnpfunc\\0000"));
    assert_true(SetupDiGetDeviceRegistryPropertyA(
        Set, &Device, SPDRP_SERVICE, &Type, (BYTE *)Text, sizeof(Text), NULL));
    assert_string_equal(Text, "pnpfunc");
    assert_int_equal(Type, REG_SZ);
    assert_true(SetupDiGetDeviceRegistryPropertyA(
        Set, &Device, SPDRP_HARDWAREID, &Type, (BYTE *)Text, sizeof(Text), &Needed));
    assert_int_equal(Type, REG_MULTI_SZ);
    assert_memory_equal(Text, "ROOT\\pnpfunc\0", sizeof("ROOT\\pnpfunc") + 1);
    assert_error(
        SetupDiGetDeviceRegistryPropertyA(Set, &Device, SPDRP_SERVICE, NULL, NULL, 0, &Needed),
        ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(Needed, sizeof("pnpfunc"));
    assert_error(SetupDiGetDeviceRegistryPropertyA(
                     Set, &Device, SPDRP_FRIENDLYNAME, NULL, (BYTE *)Text, 1, NULL),
        ERROR_INVALID_DATA);
    assert_error(SetupDiGetDeviceRegistryPropertyA(Set, &Device, 0x99, NULL, (BYTE *)Text, 1, NULL),
        (DWORD)ERROR_INVALID_REG_PROPERTY);
    assert_error(SetupDiEnumDeviceInfo(Set, 1, &Device), ERROR_NO_MORE_ITEMS);
    Device.cbSize = 1;
    assert_error(SetupDiEnumDeviceInfo(Set, 0, &Device), ERROR_INVALID_USER_BUFFER);
    assert_true(SetupDiDestroyDeviceInfoList(Set));
}

static void RefusesWhatIsWrong(void)
{
    assert_ptr_equal(SetupDiGetClassDevsA(NULL, NULL, NULL, DIGCF_PRESENT), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_ptr_equal(SetupDiGetClassDevsA(&Class, NULL, NULL, 0x8000), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_INVALID_FLAGS);
    assert_error(SetupDiDestroyDeviceInfoList(INVALID_HANDLE_VALUE), ERROR_INVALID_HANDLE);
}

static void ConfigurationManager(void)
{
    DEVINST Device;
    ULONG Status, Problem, Length;
    char Text[MAX_DEVICE_ID_LEN];
    WCHAR List[512];

    assert_int_equal(
        CM_Locate_DevNodeA(&Device, (char[]){"root\\PNPFUNC\\0000"}, CM_LOCATE_DEVNODE_NORMAL),
        CR_SUCCESS);
    assert_int_equal(CM_Get_Device_IDA(Device, Text, sizeof(Text), 0), CR_SUCCESS);
    assert_int_equal(strcasecmp(Text, "ROOT\\pnpfunc\\0000"), 0);
    assert_int_equal(CM_Get_DevNode_Status(&Status, &Problem, Device, 0), CR_SUCCESS);
    assert_int_equal(
        Status & (DN_STARTED | DN_DRIVER_LOADED | DN_HAS_PROBLEM), DN_STARTED | DN_DRIVER_LOADED);
    assert_int_equal(
        CM_Locate_DevNodeA(&Device, (char[]){"ROOT\\none\\0000"}, CM_LOCATE_DEVNODE_NORMAL),
        CR_NO_SUCH_DEVNODE);
    assert_int_equal(CM_Get_Device_IDA(0x7000000, Text, sizeof(Text), 0), CR_INVALID_DEVNODE);
    GUID Copy = Class;
    assert_int_equal(CM_Get_Device_Interface_List_SizeW(&Length, &Copy, NULL, 0), CR_SUCCESS);
    assert_true(Length > 40 && Length < 512);
    assert_int_equal(
        CM_Get_Device_Interface_ListW(&Copy, NULL, List, Length - 1, 0), CR_BUFFER_SMALL);
    assert_int_equal(CM_Get_Device_Interface_ListW(&Copy, NULL, List, Length, 0), CR_SUCCESS);
    assert_int_equal(List[Length - 1], 0);
    assert_int_equal(BasepWideLength(List), Length - 2);
}

static void IsDevice(DEVINST Device, const char *Id)
{
    char Text[MAX_DEVICE_ID_LEN];
    assert_int_equal(CM_Get_Device_IDA(Device, Text, sizeof(Text), 0), CR_SUCCESS);
    if (strncasecmp(Text, Id, strlen(Id)) != 0)
        fail_msg("%s instead of %s", Text, Id);
}

/* A bus with two devices on it, of which no driver is known. */
static void WalksTheTree(void)
{
    DEVINST Root, Device, Child, Next, Parent;
    ULONG Status, Problem;
    DWORD Bytes;

    HANDLE Bus = CreateFileA(
        "\\\\.\\PnpBus", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(Bus, INVALID_HANDLE_VALUE);
    for (DWORD Slot = 1; Slot <= 2; Slot++)
        assert_true(DeviceIoControl(Bus, 0x222000, &Slot, sizeof(Slot), NULL, 0, &Bytes, NULL));
    assert_true(CloseHandle(Bus));
    assert_int_equal(CM_Locate_DevNodeA(&Root, NULL, CM_LOCATE_DEVNODE_NORMAL), CR_SUCCESS);
    IsDevice(Root, "HTREE\\ROOT\\0");
    assert_int_equal(CM_Get_DevNode_Status(&Status, &Problem, Root, 0), CR_SUCCESS);
    assert_int_equal(CM_Get_Parent(&Parent, Root, 0), CR_NO_SUCH_DEVNODE);
    assert_int_equal(CM_Get_Sibling(&Next, Root, 0), CR_NO_SUCH_DEVNODE);
    assert_int_equal(CM_Get_Child(&Device, Root, 0), CR_SUCCESS);
    IsDevice(Device, "ROOT\\pnpbus\\0000");
    assert_int_equal(CM_Get_Sibling(&Next, Device, 0), CR_SUCCESS);
    IsDevice(Next, "ROOT\\pnpfunc\\0000");
    assert_int_equal(CM_Get_Sibling(&Child, Next, 0), CR_NO_SUCH_DEVNODE);
    assert_int_equal(CM_Get_Child(&Child, Next, 0), CR_NO_SUCH_DEVNODE);
    assert_int_equal(CM_Get_Child(&Child, Device, 0), CR_SUCCESS);
    IsDevice(Child, "PNPBUS\\Widget\\1&");
    assert_int_equal(CM_Get_DevNode_Status(&Status, &Problem, Child, 0), CR_SUCCESS);
    assert_int_equal(Status & (DN_STARTED | DN_HAS_PROBLEM), DN_HAS_PROBLEM);
    assert_int_equal(Problem, 28);
    assert_int_equal(CM_Get_Sibling(&Next, Child, 0), CR_SUCCESS);
    assert_int_not_equal(Next, Child);
    assert_int_equal(CM_Get_Parent(&Parent, Next, 0), CR_SUCCESS);
    assert_int_equal(Parent, Device);
    assert_int_equal(CM_Get_Parent(&Parent, Parent, 0), CR_SUCCESS);
    assert_int_equal(Parent, Root);
    assert_int_equal(CM_Get_Parent(NULL, Next, 0), CR_INVALID_POINTER);
    assert_int_equal(CM_Get_Child(&Child, Next, 1), CR_INVALID_FLAG);
    assert_int_equal(CM_Get_Child(&Child, 0x7000000, 0), CR_INVALID_DEVNODE);
}

/* What is not there any more is still in the registry. */
static void AfterTheDriver(void)
{
    SP_DEVICE_INTERFACE_DATA Interface = {.cbSize = sizeof(Interface)};
    DEVINST Device;
    ULONG Status, Problem;

    assert_int_equal(dotsys_driver_stop(Machine, "pnpfunc"), 0);
    HDEVINFO Set = Interfaces();
    assert_error(
        SetupDiEnumDeviceInterfaces(Set, NULL, &Class, 0, &Interface), ERROR_NO_MORE_ITEMS);
    assert_true(SetupDiDestroyDeviceInfoList(Set));
    Set = SetupDiGetClassDevsA(&Class, NULL, NULL, DIGCF_DEVICEINTERFACE);
    assert_true(SetupDiEnumDeviceInterfaces(Set, NULL, &Class, 0, &Interface));
    assert_int_equal(Interface.Flags, 0);
    assert_true(SetupDiDestroyDeviceInfoList(Set));
    assert_int_equal(
        CM_Locate_DevNodeA(&Device, (char[]){"ROOT\\pnpfunc\\0000"}, CM_LOCATE_DEVNODE_NORMAL),
        CR_SUCCESS);
    assert_int_equal(CM_Get_DevNode_Status(&Status, &Problem, Device, 0), CR_SUCCESS);
    assert_int_equal(Status & DN_STARTED, 0);
}

static unsigned PoweredOff;

static void Count(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    PoweredOff += strstr(Line->text, "bus: SET_POWER system 6") != NULL;
}

/* In one test: cmocka puts handlers of its own over the machine's for each. */
static void FromStartToStop(void **State)
{
    const dotsys_options Options = {.size = sizeof(Options), .log = Count};
    const char *Build = getenv("DOTSYS_TEST_BUILD");
    char Path[600];
    (void)State;
    char BusPath[600];
    snprintf(
        Path, sizeof(Path), "%s/tests/kernel/x64/pnpfunc.sys", Build != NULL ? Build : "build");
    snprintf(BusPath, sizeof(BusPath), "%s/tests/kernel/x64/pnpbus.sys",
        Build != NULL ? Build : "build");
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    assert_int_equal(dotsys_driver_start(Machine, "pnpfunc", Path), 0);
    FindsAndOpensTheInterface();
    DescribesTheDevice();
    RefusesWhatIsWrong();
    ConfigurationManager();
    assert_int_equal(dotsys_driver_start(Machine, "pnpbus", BusPath), 0);
    WalksTheTree();
    AfterTheDriver();
    assert_int_equal(PoweredOff, 0);
    assert_int_equal(dotsys_machine_close(Machine), 0); /* with a device that runs */
    assert_int_equal(PoweredOff, 1);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(FromStartToStop),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
