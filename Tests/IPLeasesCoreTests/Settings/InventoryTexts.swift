/// Texts as admins of Kubespray have them.
enum InventoryTexts {
  /// `group_vars/k8s_cluster/addons.yml` with MetalLB as it is delivered: off, all else commented.
  static let addons = """
    ---
    # Helm deployment
    helm_enabled: false

    # Rancher Local Path Provisioner
    local_path_provisioner_enabled: &off false
    local_volume_provisioner_enabled: *off
    registry_storage_class: ""   # the default one
    cert_manager_trusted_internal_ca: |
      -----BEGIN CERTIFICATE-----
      # not a comment
      -----END CERTIFICATE-----

    # MetalLB deployment
    metallb_enabled: false
    metallb_speaker_enabled: "{{ metallb_enabled }}"
    # metallb_namespace: "metallb-system"
    # metallb_config:
    #   address_pools:
    #     primary:
    #       ip_range:
    #         - 10.5.0.0/16

    argocd_enabled: false
    argocd_admin_password: "{{ vault_argocd | default('CANARY') }}"
    krew_root_dir: "/usr/local/krew"

    """

  /// The guide's way: everything in the inventory itself.
  static let hosts = """
    all:
      vars:
        ansible_user: root
        ansible_become_password: CANARY-PASSWORD
        cluster_id: "1.0.0.1"
      hosts:
        node1:
          ansible_host: 10.245.0.11
      children:
        kube_control_plane:
          hosts:
            node1:
        k8s_cluster:
          children:
            kube_control_plane:

    """

  static let config = """
    metallb_enabled: true
    metallb_speaker_enabled: true
    metallb_config:
      speaker:
        nodeselector:
          kubernetes.io/os: linux
      address_pools:   # ours
        primary:
          ip_range:
            - 10.5.0.0/24
          auto_assign: false
        default:
          # from the data centre
          ip_range:
            - 203.0.113.0/29   # first
            - '203.0.113.16-203.0.113.20'
            # - 203.0.113.64/29
          auto_assign: true
      layer2:
        - primary
        - default
      # layer3: none
    kube_proxy_strict_arp: true

    """
}
