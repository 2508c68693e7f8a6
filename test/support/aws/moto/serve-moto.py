"""moto on a free port of the loopback, with what AWS does and moto 5.2.5 leaves out. Prints its port; ends when its stdin does."""

import base64
import os
import sys
import threading

from moto.core.types import Base64EncodedString
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses
from moto.ec2.responses.instances import InstanceResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


def run_instances_in_full(run):
    """Moto drops termination protection, further private addresses, IOPS and throughput of a volume, and an interface's groups."""

    def run_instances(self):
        answer = run(self)
        specs = {spec.get("DeviceName"): spec.get("Ebs", {}) for spec in self._get_param("BlockDeviceMappings", [])}
        for instance in answer.result.instances:
            instance.disable_api_termination = self._get_param("DisableApiTermination") or False
            for nic in self._get_param("NetworkInterfaces", []):
                further = [a["PrivateIpAddress"] for a in nic.get("PrivateIpAddresses", []) if not a.get("Primary")]
                eni = instance.nics[int(nic["DeviceIndex"])]
                if further:
                    self.ec2_backend.assign_private_ip_addresses(eni.id, further)
                if nic.get("SecondaryPrivateIpAddressCount"):
                    assign_within_subnet(self.ec2_backend, eni, int(nic["SecondaryPrivateIpAddressCount"]))
            instance.security_groups = instance.security_groups or list(instance.nics[0]._group_set)
            for name, device in instance.get_block_device_mapping:
                volume = self.ec2_backend.get_volume(device.volume_id)
                complete_volume(volume, specs.get(name, {}))
        return answer

    return run_instances


def assign_within_subnet(backend, eni, count):
    addresses = [eni.subnet.get_available_subnet_ip(instance=eni) for _ in range(count)]
    backend.assign_private_ip_addresses(eni.id, addresses)


def complete_volume(volume, spec):
    volume.iops = spec.get("Iops") or volume.iops
    volume.throughput = spec.get("Throughput") or volume.throughput


def take_user_data_decoded(modify):
    """Its parser has decoded the blob already, and it decodes again."""

    def handle(self):
        value = self._get_param("UserData.Value")
        if value is None:
            return modify(self)
        raw = value if isinstance(value, bytes) else value.encode()
        encoded = Base64EncodedString.from_encoded_bytes(base64.b64encode(raw))
        self.ec2_backend.modify_instance_attribute(self._get_param("InstanceId"), "user_data", encoded)
        return True

    return handle


def associate_with_private_address(associate):
    """An Elastic IP belongs to one private address of an interface, and takes the place of the one that was there."""

    def associate_address(self):
        answer = associate(self)
        backend = self.ec2_backend
        eip = next(e for e in backend.addresses if e.association_id == answer.result["AssociationId"])
        eip.its_private_ip = self._get_param("PrivateIpAddress") or eip.eni.private_ip_address
        for other in backend.addresses:
            if other is not eip and other.eni is eip.eni and other.private_ip_address == eip.its_private_ip:
                other.eni = other.instance = other.association_id = None
        show_primary(backend, eip.eni)
        return answer

    return associate_address


def disassociate_one(disassociate):
    def disassociate_address(self):
        enis = {id(e): e.eni for e in self.ec2_backend.addresses if e.eni is not None}
        answer = disassociate(self)
        for eni in enis.values():
            show_primary(self.ec2_backend, eni)
        return answer

    return disassociate_address


def show_primary(backend, eni):
    primary = [e for e in backend.addresses if e.eni is eni and e.private_ip_address == eni.private_ip_address]
    if primary:
        eni.public_ip = primary[0].public_ip
    elif any(e.public_ip == eni.public_ip for e in backend.addresses):
        eni.public_ip = None


def free_addresses(terminate):
    """The Elastic IPs of a machine that ends belong to nobody from then on."""

    def terminate_instances(self):
        answer = terminate(self)
        ended = set(self._get_param("InstanceIds", []))
        for eip in self.ec2_backend.addresses:
            if eip.instance is not None and eip.instance.id in ended:
                eip.eni = eip.instance = eip.association_id = None
        return answer

    return terminate_instances


def unless_ended(act):
    """One that has ended is neither stopped nor changed any more; moto would have it stopped, and there again."""

    def on_instances(self):
        ids = self._get_param("InstanceIds", []) or [self._get_param("InstanceId")]
        for instance in self.ec2_backend.get_multi_instances_by_id(ids):
            if instance.state == "terminated":
                raise EC2ClientError(
                    "IncorrectInstanceState", f"This instance '{instance.id}' is not in a state from which that can be done."
                )
        return act(self)

    return on_instances


def private_ip_of_address(eip):
    return getattr(eip, "its_private_ip", eip.eni.private_ip_address) if eip.eni else None


def private_addresses_with_associations(eni):
    eips = {e.private_ip_address: e for e in eni.ec2_backend.addresses if e.eni is eni}
    return [described(eni, address, eips.get(address["PrivateIpAddress"])) for address in eni.private_ip_addresses]


def described(eni, address, eip):
    item = {
        "PrivateIpAddress": address["PrivateIpAddress"],
        "Primary": address["PrivateIpAddress"] == eni.private_ip_address,
    }
    if eip:
        item["Association"] = {"PublicIp": eip.public_ip, "IpOwnerId": eni.owner_id}
    return item


InstanceResponse.run_instances = run_instances_in_full(InstanceResponse.run_instances)
InstanceResponse._dot_value_instance_attribute_handler = take_user_data_decoded(
    InstanceResponse._dot_value_instance_attribute_handler
)
InstanceResponse.terminate_instances = free_addresses(InstanceResponse.terminate_instances)
InstanceResponse.stop_instances = unless_ended(InstanceResponse.stop_instances)
InstanceResponse.modify_instance_attribute = unless_ended(InstanceResponse.modify_instance_attribute)
ElasticIPAddresses.associate_address = associate_with_private_address(ElasticIPAddresses.associate_address)
ElasticIPAddresses.disassociate_address = disassociate_one(ElasticIPAddresses.disassociate_address)
ElasticAddress.private_ip_address = property(private_ip_of_address)
NetworkInterface.instance_private_ip_address_list = property(private_addresses_with_associations)


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


def end_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_stdin, daemon=True).start()
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
