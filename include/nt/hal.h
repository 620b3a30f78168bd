/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Hardware abstraction: DMA adapters, device descriptions, scatter/gather lists, PCI configuration.
 */
#pragma once

#include "nt/io.h"

typedef struct _DEVICE_DESCRIPTION {
    ULONG Version;
    BOOLEAN Master;
    BOOLEAN ScatterGather;
    BOOLEAN DemandMode;
    BOOLEAN AutoInitialize;
    BOOLEAN Dma32BitAddresses;
    BOOLEAN IgnoreCount;
    BOOLEAN Reserved1;
    BOOLEAN Dma64BitAddresses;
    ULONG BusNumber;
    ULONG DmaChannel;
    INTERFACE_TYPE InterfaceType;
    DMA_WIDTH DmaWidth;
    DMA_SPEED DmaSpeed;
    ULONG MaximumLength;
    ULONG DmaPort;
    ULONG DmaAddressWidth;
    ULONG DmaControllerInstance;
    ULONG DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
} DEVICE_DESCRIPTION, *PDEVICE_DESCRIPTION;

#define DEVICE_DESCRIPTION_VERSION  0x00
#define DEVICE_DESCRIPTION_VERSION1 0x01
#define DEVICE_DESCRIPTION_VERSION2 0x02

typedef struct _SCATTER_GATHER_ELEMENT {
    PHYSICAL_ADDRESS Address;
    ULONG Length;
    ULONG_PTR Reserved;
} SCATTER_GATHER_ELEMENT, *PSCATTER_GATHER_ELEMENT;

typedef struct _SCATTER_GATHER_LIST {
    ULONG NumberOfElements;
    ULONG_PTR Reserved;
    SCATTER_GATHER_ELEMENT Elements[];
} SCATTER_GATHER_LIST, *PSCATTER_GATHER_LIST;

typedef struct _DMA_ADAPTER {
    USHORT Version;
    USHORT Size;
    struct _DMA_OPERATIONS *DmaOperations;
} DMA_ADAPTER, *PDMA_ADAPTER;

typedef void NTAPI DRIVER_LIST_CONTROL(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                       PSCATTER_GATHER_LIST ScatterGather, PVOID Context);
typedef DRIVER_LIST_CONTROL *PDRIVER_LIST_CONTROL;

typedef void NTAPI PUT_DMA_ADAPTER(PDMA_ADAPTER DmaAdapter);
typedef PVOID NTAPI ALLOCATE_COMMON_BUFFER(PDMA_ADAPTER DmaAdapter, ULONG Length,
                                           PPHYSICAL_ADDRESS LogicalAddress, BOOLEAN CacheEnabled);
typedef void NTAPI FREE_COMMON_BUFFER(PDMA_ADAPTER DmaAdapter, ULONG Length,
                                      PHYSICAL_ADDRESS LogicalAddress, PVOID VirtualAddress,
                                      BOOLEAN CacheEnabled);
typedef NTSTATUS NTAPI ALLOCATE_ADAPTER_CHANNEL(PDMA_ADAPTER DmaAdapter,
                                                PDEVICE_OBJECT DeviceObject,
                                                ULONG NumberOfMapRegisters,
                                                PDRIVER_CONTROL ExecutionRoutine, PVOID Context);
typedef BOOLEAN NTAPI FLUSH_ADAPTER_BUFFERS(PDMA_ADAPTER DmaAdapter, PMDL Mdl,
                                            PVOID MapRegisterBase, PVOID CurrentVa, ULONG Length,
                                            BOOLEAN WriteToDevice);
typedef void NTAPI FREE_ADAPTER_CHANNEL(PDMA_ADAPTER DmaAdapter);
typedef void NTAPI FREE_MAP_REGISTERS(PDMA_ADAPTER DmaAdapter, PVOID MapRegisterBase,
                                      ULONG NumberOfMapRegisters);
typedef PHYSICAL_ADDRESS NTAPI MAP_TRANSFER(PDMA_ADAPTER DmaAdapter, PMDL Mdl,
                                            PVOID MapRegisterBase, PVOID CurrentVa,
                                            PULONG Length, BOOLEAN WriteToDevice);
typedef ULONG NTAPI GET_DMA_ALIGNMENT(PDMA_ADAPTER DmaAdapter);
typedef ULONG NTAPI READ_DMA_COUNTER(PDMA_ADAPTER DmaAdapter);
typedef NTSTATUS NTAPI GET_SCATTER_GATHER_LIST(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
                                               PMDL Mdl, PVOID CurrentVa, ULONG Length,
                                               PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context,
                                               BOOLEAN WriteToDevice);
typedef void NTAPI PUT_SCATTER_GATHER_LIST(PDMA_ADAPTER DmaAdapter,
                                           PSCATTER_GATHER_LIST ScatterGather,
                                           BOOLEAN WriteToDevice);
typedef NTSTATUS NTAPI CALCULATE_SCATTER_GATHER_LIST_SIZE(PDMA_ADAPTER DmaAdapter, PMDL Mdl,
                                                          PVOID CurrentVa, ULONG Length,
                                                          PULONG ScatterGatherListSize,
                                                          PULONG NumberOfMapRegisters);
typedef NTSTATUS NTAPI BUILD_SCATTER_GATHER_LIST(PDMA_ADAPTER DmaAdapter,
                                                 PDEVICE_OBJECT DeviceObject, PMDL Mdl,
                                                 PVOID CurrentVa, ULONG Length,
                                                 PDRIVER_LIST_CONTROL ExecutionRoutine,
                                                 PVOID Context, BOOLEAN WriteToDevice,
                                                 PVOID ScatterGatherBuffer,
                                                 ULONG ScatterGatherLength);
typedef NTSTATUS NTAPI BUILD_MDL_FROM_SCATTER_GATHER_LIST(PDMA_ADAPTER DmaAdapter,
                                                          PSCATTER_GATHER_LIST ScatterGather,
                                                          PMDL OriginalMdl, PMDL *TargetMdl);

/* The version 1 and 2 tables; drivers call DMA only through it. */
typedef struct _DMA_OPERATIONS {
    ULONG Size;
    PUT_DMA_ADAPTER *PutDmaAdapter;
    ALLOCATE_COMMON_BUFFER *AllocateCommonBuffer;
    FREE_COMMON_BUFFER *FreeCommonBuffer;
    ALLOCATE_ADAPTER_CHANNEL *AllocateAdapterChannel;
    FLUSH_ADAPTER_BUFFERS *FlushAdapterBuffers;
    FREE_ADAPTER_CHANNEL *FreeAdapterChannel;
    FREE_MAP_REGISTERS *FreeMapRegisters;
    MAP_TRANSFER *MapTransfer;
    GET_DMA_ALIGNMENT *GetDmaAlignment;
    READ_DMA_COUNTER *ReadDmaCounter;
    GET_SCATTER_GATHER_LIST *GetScatterGatherList;
    PUT_SCATTER_GATHER_LIST *PutScatterGatherList;
    CALCULATE_SCATTER_GATHER_LIST_SIZE *CalculateScatterGatherList;
    BUILD_SCATTER_GATHER_LIST *BuildScatterGatherList;
    BUILD_MDL_FROM_SCATTER_GATHER_LIST *BuildMdlFromScatterGatherList;
} DMA_OPERATIONS, *PDMA_OPERATIONS;

typedef struct _PCI_SLOT_NUMBER {
    union {
        struct {
            ULONG DeviceNumber : 5;
            ULONG FunctionNumber : 3;
            ULONG Reserved : 24;
        } bits;
        ULONG AsULONG;
    } u;
} PCI_SLOT_NUMBER, *PPCI_SLOT_NUMBER;

#define PCI_TYPE0_ADDRESSES 6
#define PCI_TYPE1_ADDRESSES 2
#define PCI_TYPE2_ADDRESSES 5

typedef struct _PCI_COMMON_HEADER {
    USHORT VendorID;
    USHORT DeviceID;
    USHORT Command;
    USHORT Status;
    UCHAR RevisionID;
    UCHAR ProgIf;
    UCHAR SubClass;
    UCHAR BaseClass;
    UCHAR CacheLineSize;
    UCHAR LatencyTimer;
    UCHAR HeaderType;
    UCHAR BIST;
    union {
        struct {
            ULONG BaseAddresses[PCI_TYPE0_ADDRESSES];
            ULONG CIS;
            USHORT SubVendorID;
            USHORT SubSystemID;
            ULONG ROMBaseAddress;
            UCHAR CapabilitiesPtr;
            UCHAR Reserved1[3];
            ULONG Reserved2;
            UCHAR InterruptLine;
            UCHAR InterruptPin;
            UCHAR MinimumGrant;
            UCHAR MaximumLatency;
        } type0;
        struct {
            ULONG BaseAddresses[PCI_TYPE1_ADDRESSES];
            UCHAR PrimaryBus;
            UCHAR SecondaryBus;
            UCHAR SubordinateBus;
            UCHAR SecondaryLatency;
            UCHAR IOBase;
            UCHAR IOLimit;
            USHORT SecondaryStatus;
            USHORT MemoryBase;
            USHORT MemoryLimit;
            USHORT PrefetchBase;
            USHORT PrefetchLimit;
            ULONG PrefetchBaseUpper32;
            ULONG PrefetchLimitUpper32;
            USHORT IOBaseUpper16;
            USHORT IOLimitUpper16;
            UCHAR CapabilitiesPtr;
            UCHAR Reserved1[3];
            ULONG ROMBaseAddress;
            UCHAR InterruptLine;
            UCHAR InterruptPin;
            USHORT BridgeControl;
        } type1;
    } u;
} PCI_COMMON_HEADER, *PPCI_COMMON_HEADER;

typedef struct _PCI_COMMON_CONFIG {
    PCI_COMMON_HEADER Header;
    UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;

#define PCI_USE_SUBSYSTEM_IDS                                      0x01
#define PCI_USE_REVISION                                           0x02
#define PCI_USE_VENDEV_IDS                                         0x04
#define PCI_USE_CLASS_SUBCLASS                                     0x08
#define PCI_USE_PROGIF                                             0x10
#define PCI_USE_LOCAL_BUS                                          0x20
#define PCI_USE_LOCAL_DEVICE                                       0x40
#define PCI_EXTENDED_CONFIG_LENGTH                                 0x1000
#define PCI_MAX_DEVICES                                            32
#define PCI_MAX_FUNCTION                                           8
#define PCI_MAX_BRIDGE_NUMBER                                      0xff
#define PCI_INVALID_VENDORID                                       0xffff
#define PCI_MULTIFUNCTION                                          0x80
#define PCI_DEVICE_TYPE                                            0x00
#define PCI_BRIDGE_TYPE                                            0x01
#define PCI_CARDBUS_BRIDGE_TYPE                                    0x02
#define PCI_ENABLE_IO_SPACE                                        0x01
#define PCI_ENABLE_MEMORY_SPACE                                    0x02
#define PCI_ENABLE_BUS_MASTER                                      0x04
#define PCI_ENABLE_SPECIAL_CYCLES                                  0x08
#define PCI_ENABLE_WRITE_AND_INVALIDATE                            0x10
#define PCI_ENABLE_VGA_COMPATIBLE_PALETTE                          0x20
#define PCI_ENABLE_PARITY                                          0x40
#define PCI_ENABLE_WAIT_CYCLE                                      0x80
#define PCI_ENABLE_SERR                                            0x0100
#define PCI_ENABLE_FAST_BACK_TO_BACK                               0x0200
#define PCI_DISABLE_LEVEL_INTERRUPT                                0x0400
#define PCI_STATUS_INTERRUPT_PENDING                               0x08
#define PCI_STATUS_CAPABILITIES_LIST                               0x10
#define PCI_STATUS_66MHZ_CAPABLE                                   0x20
#define PCI_STATUS_UDF_SUPPORTED                                   0x40
#define PCI_STATUS_FAST_BACK_TO_BACK                               0x80
#define PCI_STATUS_DATA_PARITY_DETECTED                            0x0100
#define PCI_STATUS_DEVSEL                                          0x0600
#define PCI_STATUS_SIGNALED_TARGET_ABORT                           0x0800
#define PCI_STATUS_RECEIVED_TARGET_ABORT                           0x1000
#define PCI_STATUS_RECEIVED_MASTER_ABORT                           0x2000
#define PCI_STATUS_SIGNALED_SYSTEM_ERROR                           0x4000
#define PCI_STATUS_DETECTED_PARITY_ERROR                           0x8000
#define PCI_CAPABILITY_ID_POWER_MANAGEMENT                         0x01
#define PCI_CAPABILITY_ID_AGP                                      0x02
#define PCI_CAPABILITY_ID_VPD                                      0x03
#define PCI_CAPABILITY_ID_SLOT_ID                                  0x04
#define PCI_CAPABILITY_ID_MSI                                      0x05
#define PCI_CAPABILITY_ID_CPCI_HOTSWAP                             0x06
#define PCI_CAPABILITY_ID_PCIX                                     0x07
#define PCI_CAPABILITY_ID_HYPERTRANSPORT                           0x08
#define PCI_CAPABILITY_ID_VENDOR_SPECIFIC                          0x09
#define PCI_CAPABILITY_ID_DEBUG_PORT                               0x0a
#define PCI_CAPABILITY_ID_CPCI_RES_CTRL                            0x0b
#define PCI_CAPABILITY_ID_SHPC                                     0x0c
#define PCI_CAPABILITY_ID_P2P_SSID                                 0x0d
#define PCI_CAPABILITY_ID_AGP_TARGET                               0x0e
#define PCI_CAPABILITY_ID_SECURE                                   0x0f
#define PCI_CAPABILITY_ID_PCI_EXPRESS                              0x10
#define PCI_CAPABILITY_ID_MSIX                                     0x11
#define PCI_EXPRESS_ADVANCED_ERROR_REPORTING_CAP_ID                0x01
#define PCI_EXPRESS_VIRTUAL_CHANNEL_CAP_ID                         0x02
#define PCI_EXPRESS_DEVICE_SERIAL_NUMBER_CAP_ID                    0x03
#define PCI_EXPRESS_POWER_BUDGETING_CAP_ID                         0x04
#define PCI_EXPRESS_RC_LINK_DECLARATION_CAP_ID                     0x05
#define PCI_EXPRESS_RC_INTERNAL_LINK_CONTROL_CAP_ID                0x06
#define PCI_EXPRESS_RC_EVENT_COLLECTOR_ENDPOINT_ASSOCIATION_CAP_ID 0x07
#define PCI_EXPRESS_MFVC_CAP_ID                                    0x08
#define PCI_EXPRESS_VC_AND_MFVC_CAP_ID                             0x09
#define PCI_EXPRESS_RCRB_HEADER_CAP_ID                             0x0a
#define PCI_EXPRESS_SINGLE_ROOT_IO_VIRTUALIZATION_CAP_ID           0x10
#define PCI_CLASS_PRE_20                                           0x00
#define PCI_CLASS_MASS_STORAGE_CTLR                                0x01
#define PCI_CLASS_NETWORK_CTLR                                     0x02
#define PCI_CLASS_DISPLAY_CTLR                                     0x03
#define PCI_CLASS_MULTIMEDIA_DEV                                   0x04
#define PCI_CLASS_MEMORY_CTLR                                      0x05
#define PCI_CLASS_BRIDGE_DEV                                       0x06
#define PCI_CLASS_SIMPLE_COMMS_CTLR                                0x07
#define PCI_CLASS_BASE_SYSTEM_DEV                                  0x08
#define PCI_CLASS_INPUT_DEV                                        0x09
#define PCI_CLASS_DOCKING_STATION                                  0x0a
#define PCI_CLASS_PROCESSOR                                        0x0b
#define PCI_CLASS_SERIAL_BUS_CTLR                                  0x0c
#define PCI_CLASS_WIRELESS_CTLR                                    0x0d
#define PCI_CLASS_INTELLIGENT_IO_CTLR                              0x0e
#define PCI_CLASS_SATELLITE_COMMS_CTLR                             0x0f
#define PCI_CLASS_ENCRYPTION_DECRYPTION                            0x10
#define PCI_CLASS_DATA_ACQ_SIGNAL_PROC                             0x11
#define PCI_CLASS_NOT_DEFINED                                      0xff
#define PCI_SUBCLASS_PRE_20_NON_VGA                                0x00
#define PCI_SUBCLASS_PRE_20_VGA                                    0x01
#define PCI_SUBCLASS_MSC_SCSI_BUS_CTLR                             0x00
#define PCI_SUBCLASS_MSC_IDE_CTLR                                  0x01
#define PCI_SUBCLASS_MSC_FLOPPY_CTLR                               0x02
#define PCI_SUBCLASS_MSC_IPI_CTLR                                  0x03
#define PCI_SUBCLASS_MSC_RAID_CTLR                                 0x04
#define PCI_SUBCLASS_MSC_OTHER                                     0x80
#define PCI_SUBCLASS_NET_ETHERNET_CTLR                             0x00
#define PCI_SUBCLASS_NET_TOKEN_RING_CTLR                           0x01
#define PCI_SUBCLASS_NET_FDDI_CTLR                                 0x02
#define PCI_SUBCLASS_NET_ATM_CTLR                                  0x03
#define PCI_SUBCLASS_NET_ISDN_CTLR                                 0x04
#define PCI_SUBCLASS_NET_OTHER                                     0x80
#define PCI_SUBCLASS_VID_VGA_CTLR                                  0x00
#define PCI_SUBCLASS_VID_XGA_CTLR                                  0x01
#define PCI_SUBCLASS_VID_3D_CTLR                                   0x02
#define PCI_SUBCLASS_VID_OTHER                                     0x80
#define PCI_SUBCLASS_MM_VIDEO_DEV                                  0x00
#define PCI_SUBCLASS_MM_AUDIO_DEV                                  0x01
#define PCI_SUBCLASS_MM_TELEPHONY_DEV                              0x02
#define PCI_SUBCLASS_MM_OTHER                                      0x80
#define PCI_SUBCLASS_MEM_RAM                                       0x00
#define PCI_SUBCLASS_MEM_FLASH                                     0x01
#define PCI_SUBCLASS_MEM_OTHER                                     0x80
#define PCI_SUBCLASS_BR_HOST                                       0x00
#define PCI_SUBCLASS_BR_ISA                                        0x01
#define PCI_SUBCLASS_BR_EISA                                       0x02
#define PCI_SUBCLASS_BR_MCA                                        0x03
#define PCI_SUBCLASS_BR_PCI_TO_PCI                                 0x04
#define PCI_SUBCLASS_BR_PCMCIA                                     0x05
#define PCI_SUBCLASS_BR_NUBUS                                      0x06
#define PCI_SUBCLASS_BR_CARDBUS                                    0x07
#define PCI_SUBCLASS_BR_RACEWAY                                    0x08
#define PCI_SUBCLASS_BR_OTHER                                      0x80
#define PCI_SUBCLASS_COM_SERIAL                                    0x00
#define PCI_SUBCLASS_COM_PARALLEL                                  0x01
#define PCI_SUBCLASS_COM_MULTIPORT                                 0x02
#define PCI_SUBCLASS_COM_MODEM                                     0x03
#define PCI_SUBCLASS_COM_OTHER                                     0x80
#define PCI_SUBCLASS_SYS_INTERRUPT_CTLR                            0x00
#define PCI_SUBCLASS_SYS_DMA_CTLR                                  0x01
#define PCI_SUBCLASS_SYS_SYSTEM_TIMER                              0x02
#define PCI_SUBCLASS_SYS_REAL_TIME_CLOCK                           0x03
#define PCI_SUBCLASS_SYS_GEN_HOTPLUG_CTLR                          0x04
#define PCI_SUBCLASS_SYS_SDIO_CTRL                                 0x05
#define PCI_SUBCLASS_SYS_OTHER                                     0x80
#define PCI_SUBCLASS_INP_KEYBOARD                                  0x00
#define PCI_SUBCLASS_INP_DIGITIZER                                 0x01
#define PCI_SUBCLASS_INP_MOUSE                                     0x02
#define PCI_SUBCLASS_INP_SCANNER                                   0x03
#define PCI_SUBCLASS_INP_GAMEPORT                                  0x04
#define PCI_SUBCLASS_INP_OTHER                                     0x80
#define PCI_SUBCLASS_DOC_GENERIC                                   0x00
#define PCI_SUBCLASS_DOC_OTHER                                     0x80
#define PCI_SUBCLASS_PROC_386                                      0x00
#define PCI_SUBCLASS_PROC_486                                      0x01
#define PCI_SUBCLASS_PROC_PENTIUM                                  0x02
#define PCI_SUBCLASS_PROC_ALPHA                                    0x10
#define PCI_SUBCLASS_PROC_POWERPC                                  0x20
#define PCI_SUBCLASS_PROC_COPROCESSOR                              0x40
#define PCI_SUBCLASS_SB_IEEE1394                                   0x00
#define PCI_SUBCLASS_SB_ACCESS                                     0x01
#define PCI_SUBCLASS_SB_SSA                                        0x02
#define PCI_SUBCLASS_SB_USB                                        0x03
#define PCI_SUBCLASS_SB_FIBRE_CHANNEL                              0x04
#define PCI_SUBCLASS_SB_SMBUS                                      0x05
#define PCI_SUBCLASS_WIRELESS_IRDA                                 0x00
#define PCI_SUBCLASS_WIRELESS_CON_IR                               0x01
#define PCI_SUBCLASS_WIRELESS_RF                                   0x10
#define PCI_SUBCLASS_WIRELESS_OTHER                                0x80
#define PCI_SUBCLASS_INTIO_I2O                                     0x00
#define PCI_SUBCLASS_SAT_TV                                        0x01
#define PCI_SUBCLASS_SAT_AUDIO                                     0x02
#define PCI_SUBCLASS_SAT_VOICE                                     0x03
#define PCI_SUBCLASS_SAT_DATA                                      0x04
#define PCI_SUBCLASS_CRYPTO_NET_COMP                               0x00
#define PCI_SUBCLASS_CRYPTO_ENTERTAINMENT                          0x10
#define PCI_SUBCLASS_CRYPTO_OTHER                                  0x80
#define PCI_SUBCLASS_DASP_DPIO                                     0x00
#define PCI_SUBCLASS_DASP_OTHER                                    0x80
#define PCI_ADDRESS_IO_SPACE                                       0x01
#define PCI_ADDRESS_MEMORY_TYPE_MASK                               0x06
#define PCI_ADDRESS_MEMORY_PREFETCHABLE                            0x08
#define PCI_ADDRESS_IO_ADDRESS_MASK                                0xfffffffc
#define PCI_ADDRESS_MEMORY_ADDRESS_MASK                            0xfffffff0
#define PCI_ADDRESS_ROM_ADDRESS_MASK                               0xfffff800
#define PCI_TYPE_32BIT                                             0
#define PCI_TYPE_20BIT                                             2
#define PCI_TYPE_64BIT                                             4
#define PCI_ROMADDRESS_ENABLED                                     0x01
#define PCI_AGP_RATE_1X                                            0x01
#define PCI_AGP_RATE_2X                                            0x02
#define PCI_AGP_RATE_4X                                            0x04
#define PCI_ROOT_BUS_OSC_METHOD_CAPABILITY_REVISION                0x01
#define PCI_DATA_VERSION                                           1
#define PCI_INT_ROUTE_INTRF_STANDARD_VER                           1
#define PCI_CB_INTRF_VERSION                                       1
#define PCI_PME_INTRF_STANDARD_VER                                 1

/* ---- What the dispatch table's query and set routines are asked ------------------------------------------------------- */

typedef enum _HAL_QUERY_INFORMATION_CLASS {
    HalInstalledBusInformation,
    HalProfileSourceInformation,
    HalInformationClassUnused1,
    HalPowerInformation,
    HalProcessorSpeedInformation,
    HalCallbackInformation,
    HalMapRegisterInformation,
    HalMcaLogInformation,
    HalFrameBufferCachingInformation,
    HalDisplayBiosInformation,
    HalProcessorFeatureInformation,
    HalNumaTopologyInterface,
    HalErrorInformation,
    HalCmcLogInformation,
    HalCpeLogInformation,
    HalQueryMcaInterface,
    HalQueryAMLIIllegalIOPortAddresses,
    HalQueryMaxHotPlugMemoryAddress,
    HalPartitionIpiInterface,
    HalPlatformInformation,
    HalQueryProfileSourceList,
    HalInitLogInformation,
    HalFrequencyInformation,
    HalProcessorBrandString,
    HalHypervisorInformation,
    HalPlatformTimerInformation,
    HalAcpiAuditInformation
} HAL_QUERY_INFORMATION_CLASS, *PHAL_QUERY_INFORMATION_CLASS;

typedef enum _HAL_SET_INFORMATION_CLASS {
    HalProfileSourceInterval,
    HalProfileSourceInterruptHandler,
    HalMcaRegisterDriver,
    HalKernelErrorHandler,
    HalCmcRegisterDriver,
    HalCpeRegisterDriver,
    HalMcaLog,
    HalCmcLog,
    HalCpeLog,
    HalGenerateCmcInterrupt,
    HalProfileSourceTimerHandler,
    HalEnlightenment,
    HalProfileDpgoSourceInterruptHandler
} HAL_SET_INFORMATION_CLASS, *PHAL_SET_INFORMATION_CLASS;

typedef struct _HAL_BUS_INFORMATION {
    INTERFACE_TYPE BusType;
    BUS_DATA_TYPE ConfigurationType;
    ULONG BusNumber;
    ULONG Reserved;
} HAL_BUS_INFORMATION, *PHAL_BUS_INFORMATION;

typedef struct _HAL_PROFILE_SOURCE_INFORMATION {
    KPROFILE_SOURCE Source;
    BOOLEAN Supported;
    ULONG Interval; /* 100 ns */
} HAL_PROFILE_SOURCE_INFORMATION, *PHAL_PROFILE_SOURCE_INFORMATION;

typedef struct _HAL_PROFILE_SOURCE_INTERVAL {
    KPROFILE_SOURCE Source;
    ULONG_PTR Interval; /* 100 ns */
} HAL_PROFILE_SOURCE_INTERVAL, *PHAL_PROFILE_SOURCE_INTERVAL;

typedef enum _HAL_DISPLAY_BIOS_INFORMATION {
    HalDisplayInt10Bios,
    HalDisplayEmulatedBios,
    HalDisplayNoBios
} HAL_DISPLAY_BIOS_INFORMATION, *PHAL_DISPLAY_BIOS_INFORMATION;

typedef struct _HAL_PROCESSOR_SPEED_INFO {
    ULONG ProcessorSpeed; /* MHz */
} HAL_PROCESSOR_SPEED_INFORMATION, *PHAL_PROCESSOR_SPEED_INFORMATION;

typedef struct _HAL_CALLBACKS {
    PVOID SetSystemInformation; /* a CALLBACK_OBJECT, as BusCheck */
    PVOID BusCheck;
} HAL_CALLBACKS, *PHAL_CALLBACKS;

typedef struct _HAL_PROCESSOR_FEATURE {
    ULONG UsableFeatureBits;
} HAL_PROCESSOR_FEATURE;

typedef struct _HAL_PLATFORM_INFORMATION {
    ULONG PlatformFlags;
} HAL_PLATFORM_INFORMATION, *PHAL_PLATFORM_INFORMATION;
